package org.espalier.app.run;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.espalier.app.recipe.Mappers;
import org.espalier.app.report.Figures;
import org.espalier.engine.EspalierException;
import org.espalier.engine.executor.Footprint;
import org.espalier.engine.files.DurableFile;
import tools.jackson.core.JacksonException;

/** The figures of a finished run, by name, in the order in which they are told. */
public record RunResult(@JsonValue Map<String, Object> values) {
  static final String FINGERPRINT = "fingerprint";

  private static final long LARGEST_FILE = 1 << 24;

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public RunResult {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  public boolean has(String name) {
    return values.containsKey(name);
  }

  /**
   * A figure that is a number.
   *
   * @throws EspalierException if there is none of that name
   */
  public double number(String name) {
    if (values.get(name) instanceof Number number) {
      return number.doubleValue();
    }
    throw new EspalierException("the result has no number " + name);
  }

  /**
   * Bytes by purpose.
   *
   * @param prefix empty for what the run held, {@code dense_} for what the dense network would hold
   */
  public Footprint memory(String prefix) {
    return new Figures(values)
        .memory(prefix)
        .orElseThrow(() -> new EspalierException("the result has no " + prefix + "…_bytes"));
  }

  /** What computed; results of earlier versions do not say. */
  public Optional<String> engine() {
    return new Figures(values).engine();
  }

  /** A figure that is a text. */
  public String text(String name) {
    if (values.get(name) instanceof String text) {
      return text;
    }
    throw new EspalierException("the result has no text " + name);
  }

  /** The result of a finished run. */
  public static RunResult read(RunFolder folder) {
    var file = folder.result();
    try {
      if (Files.size(file) > LARGEST_FILE) {
        throw new EspalierException(file + ": larger than 16 MiB, expected the result of a run");
      }
      var result = Mappers.JSON.readValue(Files.readString(file), RunResult.class);
      if (result == null || !result.has(FINGERPRINT)) {
        throw new EspalierException(
            file + ": no " + FINGERPRINT + " in it, expected the result of a run");
      }
      return result;
    } catch (IOException e) {
      throw new EspalierException("cannot read " + file + ": " + DurableFile.reason(e), e);
    } catch (JacksonException e) {
      throw new EspalierException(file + ": expected the result of a run, as JSON", e);
    }
  }

  void write(RunFolder folder) {
    DurableFile.write(folder.result(), Mappers.PRETTY_JSON.writeValueAsString(this) + "\n");
  }
}
