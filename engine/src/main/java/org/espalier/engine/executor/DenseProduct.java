package org.espalier.engine.executor;

import java.util.Map;
import org.espalier.engine.EspalierException;
import org.espalier.engine.parameter.AbsentGradients;
import org.espalier.engine.parameter.Parameter;

/** A linear layer or ungrouped convolution in dense storage, bias and ReLU fused. */
final class DenseProduct implements Product {
  private final Parameter weight;
  private final Bias bias;
  private final DenseMatrix matrix;

  DenseProduct(
      ProductGeometry geometry, Parameter weight, Bias bias, Slot input, Tensor dy, Pass pass) {
    this.weight = weight;
    this.bias = bias;
    this.matrix = new DenseMatrix(geometry, input, dy, pass);
  }

  @Override
  public String weight() {
    return weight.name();
  }

  @Override
  public void forward(Pass pass) {
    matrix.forward(weight.values(), bias.values(), bias.output());
    bias.afterForward();
  }

  @Override
  public void backward(
      Pass pass, Map<String, AbsentGradients.Wanted> wanted, Map<String, AbsentGradients> found) {
    if (wanted.containsKey(weight.name())) {
      throw new EspalierException(weight.name() + " is dense: no weight of it is absent");
    }
    bias.backward();
    pass.trace(Tracer.Part.WEIGHT_GRADIENT);
    matrix.weightGradient(weight.gradients());
    pass.trace(Tracer.Part.INPUT_GRADIENT);
    matrix.inputGradient(weight.values());
  }
}
