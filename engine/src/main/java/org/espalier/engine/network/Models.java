package org.espalier.engine.network;

import java.util.List;
import java.util.regex.Pattern;
import org.espalier.engine.EspalierException;
import org.espalier.engine.Nearest;

/** The standard architectures by name. */
public final class Models {

  /**
   * A family of architectures, as listed for users.
   *
   * @param pattern of its names; capitals stand for numbers, brackets for what may be left out
   * @param summary one line on what it is
   * @param source the paper it comes from
   */
  public record Model(String pattern, String summary, String source) {}

  private static final List<Family> FAMILIES =
      List.of(
          new Family(
              "lenet-300-100",
              List.of("lenet-300-100"),
              PlainModels::lenet300,
              new Model(
                  "lenet-300-100",
                  "two hidden layers of 300 and 100 units",
                  "LeCun, Bottou, Bengio, Haffner 1998")),
          new Family(
              "lenet-5",
              List.of("lenet-5"),
              PlainModels::lenet5,
              new Model(
                  "lenet-5",
                  "5×5 convolutions of 6 and 16 channels without padding, then 120-84",
                  "LeCun, Bottou, Bengio, Haffner 1998; max pooling and ReLU as in Evci et al."
                      + " 2020")),
          new Family(
              "conv-[246]",
              List.of("conv-2", "conv-4", "conv-6"),
              PlainModels::conv,
              new Model(
                  "conv-2, conv-4, conv-6",
                  "pairs of 3×3 convolutions (64, 128, 256 channels) and a pool each, then 256-256",
                  "Frankle and Carbin 2019, arXiv 1803.03635")),
          new Family(
              "mlp",
              List.of("mlp:300x100", "mlp:1024x1024"),
              PlainModels::mlp,
              new Model(
                  "mlp:WxW…",
                  "fully connected, one hidden layer per width, ReLU",
                  "Rumelhart, Hinton, Williams 1986")),
          new Family(
              "vgg-(16|19)-bn",
              List.of("vgg-16-bn", "vgg-19-bn"),
              PlainModels::vgg,
              new Model(
                  "vgg-16-bn, vgg-19-bn",
                  "3×3 convolutions with batch normalisation, five pools, one linear classifier",
                  "Simonyan and Zisserman 2015, arXiv 1409.1556, cut to CIFAR size")),
          new Family(
              "resnet-\\d{1,4}",
              List.of("resnet-20", "resnet-32", "resnet-44", "resnet-56", "resnet-110"),
              ResidualModels::resnet,
              new Model(
                  "resnet-D[:width=W,shortcut=pad]",
                  "D = 6n+2: three stages of W, 2W, 4W channels (W = 16), 1×1 projections or zeros",
                  "He, Zhang, Ren, Sun 2016, arXiv 1512.03385, section 4.2")),
          new Family(
              "wrn-\\d{1,4}-\\d{1,3}",
              List.of("wrn-16-8", "wrn-22-2", "wrn-28-10"),
              ResidualModels::wideResnet,
              new Model(
                  "wrn-D-K[:dropout=R]",
                  "D = 6n+4: wide pre-activation residual network, stages of 16K, 32K, 64K"
                      + " channels",
                  "Zagoruyko and Komodakis 2016, arXiv 1605.07146")),
          new Family(
              "mobilenet-v1",
              List.of("mobilenet-v1"),
              MobileNet::v1,
              new Model(
                  "mobilenet-v1",
                  "thirteen depthwise separable blocks up to 1024 channels, strides for 32×32"
                      + " images",
                  "Howard et al. 2017, arXiv 1704.04861")));

  private Models() {}

  /** The families of architectures, in the order in which to list them. */
  public static List<Model> all() {
    return FAMILIES.stream().map(Family::model).toList();
  }

  /**
   * The architecture of that name for samples of shape {@code input} and {@code classes} logits.
   *
   * @throws EspalierException for an unknown name or option, naming the nearest known one, and for
   *     an input that does not fit the architecture
   */
  public static Network named(String name, Shape input, int classes) {
    var parsed = ModelName.parse(name);
    for (var family : FAMILIES) {
      if (family.names().matcher(parsed.base()).matches()) {
        return build(family, parsed, input, classes);
      }
    }
    var known = FAMILIES.stream().flatMap(family -> family.examples().stream()).toList();
    var word = Nearest.to(name, known).isPresent() ? name : parsed.base();
    throw new EspalierException("unknown model '" + name + "'" + Nearest.suggestion(word, known));
  }

  private static Network build(Family family, ModelName name, Shape input, int classes) {
    try {
      return family.architecture().build(name, input, classes);
    } catch (EspalierException e) {
      throw new EspalierException("model " + name.text() + ": " + e.getMessage(), e);
    }
  }

  /** A function from a name, an input and a number of classes to a network. */
  private interface Architecture {
    Network build(ModelName name, Shape input, int classes);
  }

  private record Family(
      Pattern names, List<String> examples, Architecture architecture, Model model) {
    Family(String names, List<String> examples, Architecture architecture, Model model) {
      this(Pattern.compile(names), examples, architecture, model);
    }
  }
}
