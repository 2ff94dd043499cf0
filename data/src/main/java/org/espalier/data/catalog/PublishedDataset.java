package org.espalier.data.catalog;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.espalier.data.Dataset;
import org.espalier.data.format.CifarFiles;
import org.espalier.data.format.IdxFiles;

/**
 * A data set with a publisher: which files it has, where they come from and how they are read.
 *
 * @param files the files the reader needs; each may also be there with {@code .gz} appended if
 *     {@code compressed}
 * @param archiveFolder the folder of the files inside a published archive; empty if the files are
 *     published one by one
 */
record PublishedDataset(
    String name,
    String description,
    String source,
    List<String> files,
    boolean compressed,
    String archiveFolder,
    List<RemoteFile> downloads,
    Function<Path, Dataset> reader) {
  /** Another process may have filled a folder since it was looked at. */
  private static final String NOTHING = "nothing any more";

  static List<PublishedDataset> all() {
    return List.of(fashionMnist(), mnist(), cifar10(), cifar100());
  }

  /** The folder under {@code root} that has all files, if there is one. */
  Optional<Path> locate(Path root) {
    return candidates(root).stream().filter(folder -> missing(folder).isEmpty()).findFirst();
  }

  /** Why {@link #locate} finds nothing under {@code root}. */
  String absence(Path root) {
    return candidates(root).stream()
        .filter(Files::isDirectory)
        .findFirst()
        .map(folder -> folder + " lacks " + missing(folder).stream().findFirst().orElse(NOTHING))
        .orElseGet(
            () ->
                Files.isDirectory(root) && !(Files.isReadable(root) && Files.isExecutable(root))
                    ? "there is no permission to read " + root
                    : "there is no " + root.resolve(name));
  }

  private List<Path> candidates(Path root) {
    var own = root.resolve(name);
    return archiveFolder.isEmpty()
        ? List.of(own)
        : List.of(own.resolve(archiveFolder), own, root.resolve(archiveFolder));
  }

  private List<String> missing(Path folder) {
    return files.stream()
        .filter(file -> !Files.isRegularFile(folder.resolve(file)))
        .filter(file -> !compressed || !Files.isRegularFile(folder.resolve(file + ".gz")))
        .map(file -> compressed ? file + ".gz" : file)
        .toList();
  }

  private static PublishedDataset fashionMnist() {
    return idx(
        "fashion-mnist",
        "70,000 grey 28×28 pictures of clothing, 10 classes",
        "Xiao, Rasul, Vollgraf 2017, arXiv:1708.07747",
        List.of(
            "T-shirt/top",
            "Trouser",
            "Pullover",
            "Dress",
            "Coat",
            "Sandal",
            "Shirt",
            "Sneaker",
            "Bag",
            "Ankle boot"),
        List.of(
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"),
        new long[] {26_421_880, 29_515, 4_422_102, 5_148},
        "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5");
  }

  private static PublishedDataset mnist() {
    return idx(
        "mnist",
        "70,000 grey 28×28 handwritten digits",
        "LeCun, Cortes, Burges, \"The MNIST database of handwritten digits\"",
        List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
        List.of(
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
            "https://storage.googleapis.com/cvdf-datasets/mnist/"),
        new long[] {9_912_422, 28_881, 1_648_877, 4_542},
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6");
  }

  /** Sizes and SHA-256 in the order of {@link IdxFiles#NAMES}. */
  private static PublishedDataset idx(
      String name,
      String description,
      String source,
      List<String> classes,
      List<String> servers,
      long[] sizes,
      String... checksums) {
    var downloads = new RemoteFile[sizes.length];
    Arrays.setAll(
        downloads,
        i -> {
          var file = IdxFiles.NAMES.get(i) + ".gz";
          var addresses = servers.stream().map(server -> URI.create(server + file)).toList();
          return new RemoteFile(file, sizes[i], "SHA-256", checksums[i], addresses);
        });
    return new PublishedDataset(
        name,
        description,
        source,
        IdxFiles.NAMES,
        true,
        "",
        List.of(downloads),
        folder -> IdxFiles.read(name, folder, classes));
  }

  private static PublishedDataset cifar10() {
    return cifar(
        "cifar-10",
        "60,000 colour 32×32 photographs, 10 classes",
        CifarFiles.CIFAR_10,
        170_052_171,
        "c32a1d4ab5d03f1284b67883e8d87530");
  }

  private static PublishedDataset cifar100() {
    return cifar(
        "cifar-100",
        "60,000 colour 32×32 photographs, 100 classes",
        CifarFiles.CIFAR_100,
        168_513_733,
        "03b5dce01913d631647c71ecec9e9cb8");
  }

  private static PublishedDataset cifar(
      String name, String description, CifarFiles layout, long size, String md5) {
    var archive = name + "-binary.tar.gz";
    var address = URI.create("https://www.cs.toronto.edu/~kriz/" + archive);
    return new PublishedDataset(
        name,
        description,
        "Krizhevsky 2009, \"Learning Multiple Layers of Features from Tiny Images\"",
        layout.files(),
        false,
        layout.folder(),
        List.of(new RemoteFile(archive, size, "MD5", md5, List.of(address))),
        folder -> layout.read(name, folder));
  }
}
