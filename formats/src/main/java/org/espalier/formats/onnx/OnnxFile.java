package org.espalier.formats.onnx;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.espalier.engine.EspalierException;
import org.espalier.engine.files.DurableFile;
import org.espalier.engine.network.Network;
import org.espalier.engine.parameter.Parameters;
import org.espalier.formats.Model;
import org.espalier.formats.StoredTensor;
import org.espalier.formats.onnx.proto.ModelProto;
import org.espalier.formats.onnx.proto.OperatorSetIdProto;
import org.espalier.formats.onnx.proto.StringStringEntryProto;

/**
 * Networks as ONNX files, for inference elsewhere and from elsewhere; {@code docs/formats.md} says
 * what is in them.
 *
 * <p>The same network gives the same bytes.
 */
public final class OnnxFile {
  /** The operators are those of this set and mean the same in later ones. */
  private static final int OPERATOR_SET = 17;

  /** The version of the file format that came with the operator set. */
  private static final int FORMAT_VERSION = 8;

  /** Messages hold less than 2³¹ bytes; what is no weight takes far less than the rest of it. */
  private static final long MOST_BYTES = (1L << 31) - (1 << 24);

  private OnnxFile() {}

  /** How weights that are not dense are written. */
  public enum Weights {
    /** All of them, absent ones as zeros: what every receiver understands. */
    DENSE,
    /**
     * Non-zeros and their positions wherever that is shorter. It saves space alone: ONNX Runtime
     * makes such tensors dense when it loads them, and other receivers may refuse them.
     */
    SPARSE
  }

  /**
   * Writes a network for inference.
   *
   * @param metadata free text by key
   * @throws EspalierException if it cannot be written, or does not fit the 2 GiB of an ONNX message
   */
  public static void write(
      Path target,
      Network network,
      Parameters parameters,
      Weights weights,
      Map<String, String> metadata) {
    var initializers = new Initializers(network, parameters, weights);
    if (initializers.bytes() > MOST_BYTES) {
      throw new EspalierException(
          "%s: the weights of %s take %,d bytes, expected at most %,d in an ONNX file"
              .formatted(target, network.name(), initializers.bytes(), MOST_BYTES));
    }
    var model = model(network, initializers, metadata);
    DurableFile.write(
        target,
        channel -> {
          var stream = Channels.newOutputStream(channel);
          model.writeTo(stream);
          stream.flush();
        });
  }

  /**
   * Reads a network of operator sets 7 to 23; {@code docs/formats.md} lists the operators.
   *
   * <p>Sparse initializers are stored sparse, other weights dense; {@link
   * org.espalier.formats.ExactZeros} takes the zeros out of those.
   *
   * <p>Memory is bounded by a small multiple of the size of the file and of the files beside it
   * that hold its tensors.
   *
   * @throws EspalierException of one line: the node or tensor, what was found, what was expected
   */
  public static Model read(Path path) {
    return reading(path, OnnxReader::model);
  }

  /** What the constants of a graph take in a file, under their names in the graph. */
  public static List<StoredTensor> tensors(Path path) {
    return reading(path, OnnxReader::tensors);
  }

  @FunctionalInterface
  private interface Reading<T> {
    T of(OnnxReader reader) throws IOException;
  }

  private static <T> T reading(Path path, Reading<T> reading) {
    try {
      return reading.of(new OnnxReader(path));
    } catch (IOException e) {
      throw new EspalierException("cannot read " + path + ": " + DurableFile.reason(e), e);
    } catch (EspalierException e) { // names in a file may hold anything: a message is one line
      var message = String.valueOf(e.getMessage()).replaceAll("\\p{Cntrl}", "?");
      throw new EspalierException(path + ": " + message, e);
    } catch (ArithmeticException e) { // all arithmetic on extents is exact
      throw new EspalierException(path + ": extents whose product is beyond 2³¹", e);
    }
  }

  private static ModelProto model(
      Network network, Initializers initializers, Map<String, String> metadata) {
    var graph = new GraphWriter(network).graph();
    initializers.addTo(graph);
    var model =
        ModelProto.newBuilder()
            .setIrVersion(FORMAT_VERSION)
            .setProducerName("espalier")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPERATOR_SET))
            .setGraph(graph);
    new TreeMap<>(metadata)
        .forEach(
            (key, value) ->
                model.addMetadataProps(
                    StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return model.build();
  }
}
