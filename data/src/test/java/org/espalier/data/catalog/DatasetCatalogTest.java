package org.espalier.data.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.data.Dataset;
import org.espalier.data.TestData;
import org.espalier.data.format.CifarFiles;
import org.espalier.engine.EspalierException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetCatalogTest {
  private static final Download DOWNLOAD =
      new Download(DownloadProgress.SILENT, Duration.ofSeconds(5));

  @TempDir Path folder;

  @Test
  void glyphsNeedNothing() {
    assertThat(catalog(Optional.empty()).load("glyphs", 1).classes()).hasSize(30);
  }

  @Test
  void dataFolderComesBeforeTheEnvironmentAndTheCache() {
    for (var root : List.of("cache/espalier", "environment", "given")) {
      writeCifar(folder.resolve(root).resolve("cifar-10"));
      var given = root.equals("given") ? Optional.of(folder.resolve(root)) : Optional.<Path>empty();
      assertThat(catalog(given).locate("cifar-10"))
          .contains(folder.resolve(root).resolve("cifar-10"));
    }
  }

  @Test
  void unpackedFolderMayLieInsideOrBeside() {
    writeCifar(folder.resolve("beside/cifar-10-batches-bin"));
    writeCifar(folder.resolve("inside/cifar-10/cifar-10-batches-bin"));
    for (var root : List.of("beside", "inside")) {
      var dataset = catalog(Optional.of(folder.resolve(root))).load("cifar-10", 1);
      assertThat(dataset.train().size()).as(root).isEqualTo(5);
    }
  }

  @Test
  void missingDataAreDownloadedUnpackedAndFoundNextTime() {
    var tar = new Tar();
    for (var file : CifarFiles.CIFAR_10.files()) {
      tar.add("cifar-10-batches-bin/" + file, '0', new byte[3073]);
    }
    var archive = tar.bytes();
    try (var server = new FileServer(archive)) {
      var catalog = offering(server.address(), archive);
      assertThat(catalog.locate("tiny")).isEmpty();
      assertThat(catalog.load("tiny", 1).train().size()).isEqualTo(5);
      assertThat(catalog.locate("tiny")).isPresent();
      assertThat(catalog.load("tiny", 1).test().size()).isEqualTo(1);
      assertThat(server.ranges).hasSize(1);
      assertThat(folder.resolve("cache/tiny/tiny.tar.gz")).doesNotExist();
    }
  }

  @Test
  void failedDownloadNamesBothWaysOutInOneLine() {
    try (var server = new FileServer(new byte[10])) {
      server.status = 404;
      var catalog = offering(server.address(), new byte[10]);
      assertThatThrownBy(() -> catalog.load("tiny", 1))
          .isInstanceOf(EspalierException.class)
          .hasMessageContaining("tiny is not at hand: there is no " + folder.resolve("cache/tiny"))
          .hasMessageContaining("status 404")
          .hasMessageContaining("a folder that holds tiny/ with --data-dir or ESPALIER_DATA")
          .hasMessageContaining("or put tiny.tar.gz into " + folder.resolve("cache/tiny"))
          .hasMessageNotContaining("\n");
    }
  }

  @Test
  void csvAndFolderTakeAPath() {
    var file = folder.resolve("a.csv");
    TestData.write(file, "kind,x\na,1\nb,2\na,3\n".getBytes(StandardCharsets.UTF_8));
    var catalog = catalog(Optional.empty());
    assertThat(catalog.load("csv:" + file + "?label=kind", 1).classes()).containsExactly("a", "b");
    assertThatThrownBy(() -> catalog.load("folder:" + file, 1))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("a.csv: expected a folder");
  }

  @Test
  void unknownNameListsTheKnownOnes() {
    assertThatThrownBy(() -> catalog(Optional.empty()).load("horses", 1))
        .isInstanceOf(EspalierException.class)
        .hasMessage(
            "unknown data 'horses'; expected one of glyphs, fashion-mnist, mnist, cifar-10,"
                + " cifar-100, folder:PATH, csv:PATH");
  }

  @Test
  void nearNameIsSuggested() {
    assertThatThrownBy(() -> catalog(Optional.empty()).requireKnown("fashon-mnist"))
        .isInstanceOf(EspalierException.class)
        .hasMessage("unknown data 'fashon-mnist'; did you mean fashion-mnist?");
  }

  @Test
  void absentDataFolderIsRefused() {
    assertThatThrownBy(() -> catalog(Optional.of(folder.resolve("nowhere"))))
        .isInstanceOf(EspalierException.class)
        .hasMessageEndingWith("nowhere: expected an existing folder");
  }

  @Test
  void publishedFilesAreTheOnesTheCatalogKnows() {
    for (var set : PublishedDataset.all()) {
      for (var file : set.downloads()) {
        assertThat(file.checksum()).as(file.name()).matches("[0-9a-f]{32}|[0-9a-f]{64}");
        assertThat(file.addresses()).isNotEmpty();
      }
    }
  }

  @Test
  void realFashionMnistHasClassesWithNames() {
    var root = TestData.folder("fashion-mnist").resolve("..");
    Dataset dataset = catalog(Optional.of(root)).load("fashion-mnist", 1);
    assertThat(dataset.classes().get(dataset.train().label(0))).isEqualTo("Ankle boot");
  }

  private DatasetCatalog catalog(Optional<Path> given) {
    var environment =
        Map.of(
            "XDG_CACHE_HOME", folder.resolve("cache").toString(),
            "ESPALIER_DATA", folder.resolve("environment").toString());
    return DatasetCatalog.of(given, environment, DownloadProgress.SILENT);
  }

  @Test
  void dataThatCameMeanwhileLackNothing() {
    var set = tiny(URI.create("http://localhost/"), new byte[1]);
    var unpacked = folder.resolve("tiny").resolve(CifarFiles.CIFAR_10.folder());
    assertThat(set.absence(folder)).isEqualTo("there is no " + folder.resolve("tiny"));
    TestData.write(unpacked.resolve("data_batch_1.bin"), new byte[3073]);
    assertThat(set.absence(folder)).isEqualTo(unpacked + " lacks data_batch_2.bin");
    writeCifar(unpacked);
    assertThat(set.absence(folder)).isEqualTo(unpacked + " lacks nothing any more");
  }

  /** A catalog of one data set. */
  private DatasetCatalog offering(URI address, byte[] archive) {
    var cache = folder.resolve("cache");
    return new DatasetCatalog(List.of(cache), cache, DOWNLOAD, List.of(tiny(address, archive)));
  }

  /** In the layout of CIFAR-10. */
  private static PublishedDataset tiny(URI address, byte[] archive) {
    var file =
        new RemoteFile(
            "tiny.tar.gz",
            archive.length,
            "SHA-256",
            DownloadTest.sha256(archive),
            List.of(address));
    return new PublishedDataset(
        "tiny",
        "for tests",
        "here",
        CifarFiles.CIFAR_10.files(),
        false,
        CifarFiles.CIFAR_10.folder(),
        List.of(file),
        found -> CifarFiles.CIFAR_10.read("tiny", found));
  }

  private static void writeCifar(Path folder) {
    for (var file : CifarFiles.CIFAR_10.files()) {
      TestData.write(folder.resolve(file), new byte[3073]);
    }
  }
}
