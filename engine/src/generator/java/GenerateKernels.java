import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Writes {@code Kernels512}, {@code Kernels256} and {@code Kernels128}: one template, three widths;
 * {@code KernelVersion}, which tells them from others; and {@code CheckedKernels}, which guards
 * them in tests.
 *
 * <p>Kernels are generated because HotSpot keeps vectors in registers only while it sees the whole
 * loop: a helper method, a species in a field or an array of vectors makes it box each of them. So
 * every load and every multiply-add is written out, and this program does the writing.
 *
 * <p>Run as {@code java GenerateKernels.java OUTPUT_FOLDER}.
 */
final class GenerateKernels {
  private static final List<Width> WIDTHS =
      List.of(
          new Width(512, 16, new Width.Tiles(8, 8), new Width.Tiles(16, 8)),
          new Width(256, 12, new Width.Tiles(8, 4), new Width.Tiles(8, 4)),
          new Width(128, 12, new Width.Tiles(8, 4), new Width.Tiles(8, 4)));

  private GenerateKernels() {}

  public static void main(String[] args) throws IOException, NoSuchAlgorithmException {
    var folder = Path.of(args[0], "org", "espalier", "engine", "kernels");
    Files.createDirectories(folder);
    var kernels = new StringBuilder();
    for (var width : WIDTHS) {
      var text = text(width);
      kernels.append(text);
      write(folder.resolve("Kernels" + width.bits() + ".java"), text);
    }
    write(folder.resolve("KernelVersion.java"), version(kernels.toString()));
    write(folder.resolve("CheckedKernels.java"), CheckedKernels.text());
  }

  private static void write(Path file, String text) throws IOException {
    // Left alone when nothing changed, so that nothing is compiled again.
    if (!Files.exists(file) || !Files.readString(file).equals(text)) {
      Files.writeString(file, text);
    }
  }

  private static String text(Width width) {
    var body = new StringBuilder();
    body.append(SparseKernels.spmm(width)).append(SparseKernels.sddmm(width));
    body.append(DenseKernels.dense(width)).append(DenseKernels.denseGradient(width));
    body.append(ElementwiseKernels.TEXT).append(PoolingKernels.TEXT);
    return (HEAD + body + "}\n")
        .replace("$bits", "" + width.bits())
        .replace("$lanes", "" + width.lanes())
        .replace("$bytes", "" + width.bytes())
        .replace("$productVectors", choice(width.product()))
        .replace("$gradientVectors", choice(width.gradient()))
        .replace("$swap4", width.lanes() > 4 ? "z = z.add(z.rearrange(SWAP4));" : "")
        .replace("$swap8", width.lanes() > 8 ? "z = z.add(z.rearrange(SWAP8));" : "");
  }

  /** Times of kernels hold as long as their text stays the same. */
  private static String version(String kernels) throws NoSuchAlgorithmException {
    var hash = MessageDigest.getInstance("SHA-256").digest(kernels.getBytes(UTF_8));
    return VERSION.replace("$version", HexFormat.of().formatHex(hash, 0, 6));
  }

  private static String choice(Width.Tiles tiles) {
    return "together == 1 ? %d : %d".formatted(tiles.single(), tiles.pair());
  }

  private static final String VERSION =
      """
      package org.espalier.engine.kernels;

      import javax.annotation.processing.Generated;

      /** Which vector kernels these are; written by GenerateKernels. */
      @Generated("GenerateKernels")
      public final class KernelVersion {
        private KernelVersion() {}

        /** A checksum of their source. */
        public static String text() {
          return "$version";
        }
      }
      """;

  private static final String HEAD =
      """
      package org.espalier.engine.kernels;

      import java.lang.foreign.MemorySegment;
      import java.nio.ByteOrder;
      import javax.annotation.processing.Generated;
      import jdk.incubator.vector.FloatVector;
      import jdk.incubator.vector.VectorMask;
      import jdk.incubator.vector.VectorOperators;
      import jdk.incubator.vector.VectorShuffle;
      import jdk.incubator.vector.VectorSpecies;

      /** The kernels for vectors of $bits bits; written by GenerateKernels. */
      @Generated("GenerateKernels")
      final class Kernels$bits implements Kernels {
        private static final VectorSpecies<Float> S = FloatVector.SPECIES_$bits;
        private static final VectorSpecies<Float> FOUR = FloatVector.SPECIES_128;
        @SuppressWarnings("restricted")
        private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
        private static final ByteOrder LE = ByteOrder.nativeOrder();

        // Lane sums by a fixed tree: neighbours, pairs, quads, halves. reduceLanes would be free to
        // choose its order, and interpreter and compiler do choose differently.
        private static final VectorMask<Float> ODD = VectorMask.fromLong(S, 0xAAAA);
        private static final VectorMask<Float> UPPER = VectorMask.fromLong(S, 0xCCCC);
        private static final VectorShuffle<Float> SWAP1 = VectorShuffle.fromOp(S, i -> i ^ 1);
        private static final VectorShuffle<Float> SWAP2 = VectorShuffle.fromOp(S, i -> i ^ 2);
        private static final VectorShuffle<Float> SWAP4 = VectorShuffle.fromOp(S, i -> (i ^ 4) % $lanes);
        private static final VectorShuffle<Float> SWAP8 = VectorShuffle.fromOp(S, i -> (i ^ 8) % $lanes);

        @Override
        public int lanes() {
          return $lanes;
        }

        @Override
        public String name() {
          return "$bits-bit vectors";
        }

        @Override
        public int productVectors(int together) {
          return $productVectors;
        }

        @Override
        public int gradientVectors(int together) {
          return $gradientVectors;
        }

      """;
}
