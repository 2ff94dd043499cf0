package org.espalier.formats.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.engine.EspalierException;
import org.espalier.formats.Model;
import org.espalier.formats.StoredTensor;
import org.espalier.formats.onnx.proto.ModelProto;

/** One ONNX file on its way to a model. */
final class OnnxReader {
  private static final long OLDEST_OPERATORS = 7;
  private static final long NEWEST_OPERATORS = 23;

  /** Messages hold less than 2³¹ bytes. */
  private static final long MOST_BYTES = Integer.MAX_VALUE - 8;

  /** Floats of parameters per byte of the files: half-precision weights that two nodes share. */
  private static final long FLOATS_PER_BYTE = 1;

  private static final String PREFIX = "onnx.";

  private final Path path;

  OnnxReader(Path path) {
    this.path = path;
  }

  Model model() throws IOException {
    var size = Files.size(path);
    var message = message();
    var graph = message.getGraph();
    if (!message.hasGraph() || graph.getOutputCount() == 0) {
      throw new EspalierException("no graph with an output, expected an ONNX file");
    }
    var folder = path.toAbsolutePath().getParent();
    var decoder = new TensorDecoder(folder == null ? path.toAbsolutePath() : folder);
    var operators = operators(message);
    var most = FLOATS_PER_BYTE * (size + decoder.externalBytes(graph.getInitializerList()));
    var constants = new Constants(graph, decoder, most);
    var reader = new GraphReader(graph, operators, constants, most);
    reader.read();
    var network = reader.network();
    return new Model(
        network, reader.draft().parameters(network), metadata(message, operators, reader));
  }

  List<StoredTensor> tensors() throws IOException {
    return InitializerSizes.of(message().getGraph());
  }

  private ModelProto message() throws IOException {
    var size = Files.size(path);
    if (size > MOST_BYTES) {
      throw new EspalierException(
          "%,d bytes, expected an ONNX file of at most %,d".formatted(size, MOST_BYTES));
    }
    return parse(Files.readAllBytes(path));
  }

  private static ModelProto parse(byte[] bytes) throws IOException {
    var in = CodedInputStream.newInstance(bytes);
    in.enableAliasing(true); // nobody changes the bytes: tensors need no copy of them
    try {
      return ModelProto.parseFrom(in);
    } catch (InvalidProtocolBufferException e) {
      throw new EspalierException("damaged, or not an ONNX file: " + e.getMessage(), e);
    }
  }

  private static long operators(ModelProto message) {
    for (var set : message.getOpsetImportList()) {
      if (set.getDomain().isEmpty() || set.getDomain().equals("ai.onnx")) {
        if (set.getVersion() < OLDEST_OPERATORS || set.getVersion() > NEWEST_OPERATORS) {
          throw new EspalierException(
              "operator set %d, expected %d to %d"
                  .formatted(set.getVersion(), OLDEST_OPERATORS, NEWEST_OPERATORS));
        }
        return set.getVersion();
      }
    }
    throw new EspalierException("no operator set of ONNX itself, expected one");
  }

  /** What the file says of itself; the keys of our own model files are set apart. */
  private static Map<String, String> metadata(
      ModelProto message, long operators, GraphReader reader) {
    var metadata = new LinkedHashMap<String, String>();
    for (var entry : message.getMetadataPropsList()) {
      var reserved = entry.getKey().startsWith("espalier.") || entry.getKey().equals("format");
      metadata.put((reserved ? PREFIX : "") + entry.getKey(), entry.getValue());
    }
    metadata.put(PREFIX + "operators", Long.toString(operators));
    var producer = (message.getProducerName() + " " + message.getProducerVersion()).strip();
    if (!producer.isEmpty()) {
      metadata.put(PREFIX + "producer", producer);
    }
    reader.dropped().ifPresent(type -> metadata.put(PREFIX + "dropped", type));
    return metadata;
  }
}
