package org.espalier.engine.training;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.espalier.engine.EspalierException;
import org.espalier.engine.files.ChecksummedInput;
import org.espalier.engine.files.ChecksummedOutput;
import org.espalier.engine.files.DurableFile;

/**
 * A file with everything training needs to go on bit for bit: counters, the state of the method,
 * every parameter with its topology, values and optimizer state, running statistics included.
 *
 * <p>Little-endian: magic {@value #MAGIC}, version, fingerprint of the recipe, then sections, each
 * with name and length: {@code progress}, {@code method}, one per parameter in the order of the
 * network, {@code end}; last the CRC-32C of all of it. The file is replaced in one piece: a kill
 * leaves the earlier checkpoint or the new one.
 */
public final class Checkpoint {
  private static final String MAGIC = "ESPALIER-CHECKPOINT\n";
  private static final int VERSION = 1;
  private static final String PROGRESS = "progress";
  private static final String METHOD = "method";
  private static final String PARAMETER = "parameter ";
  private static final String END = "end";
  private static final int PROGRESS_BYTES = 5 * Long.BYTES;

  private Checkpoint() {}

  /**
   * Saves {@code trainer} between two iterations.
   *
   * @param fingerprint of the recipe: a checkpoint is read under the same one only
   * @throws EspalierException if it cannot be written or weights are not finite; the earlier file
   *     is untouched then
   */
  public static void write(Path file, String fingerprint, Trainer trainer) {
    var state = trainer.state();
    var setup = trainer.setup();
    DurableFile.write(
        file,
        channel -> {
          var out = new ChecksummedOutput(channel);
          out.writeBytes(MAGIC.getBytes(StandardCharsets.US_ASCII));
          out.writeInt(VERSION);
          out.writeText(fingerprint);
          writeProgress(out, state);
          writeMethod(out, setup.hook());
          for (var parameter : setup.executor().parameters()) {
            startSection(out, PARAMETER + parameter.name(), ParameterSection.bytes(parameter));
            ParameterSection.write(out, parameter);
          }
          startSection(out, END, 0);
          out.finish();
        });
  }

  private static void writeProgress(ChecksummedOutput out, TrainingState state) throws IOException {
    startSection(out, PROGRESS, PROGRESS_BYTES);
    out.writeLong(state.step());
    out.writeLong(state.iteration());
    out.writeDouble(state.lossSum());
    out.writeLong(state.correct());
    out.writeLong(state.samples());
  }

  private static void writeMethod(ChecksummedOutput out, TrainingHook hook) throws IOException {
    var bytes = new ByteArrayOutputStream();
    hook.save(new DataOutputStream(bytes));
    startSection(out, METHOD, bytes.size());
    out.writeBytes(bytes.toByteArray());
  }

  private static void startSection(ChecksummedOutput out, String name, long length)
      throws IOException {
    out.writeText(name);
    out.writeLong(length);
  }

  /**
   * Moves {@code trainer}, made from the same recipe, to where the checkpoint was written.
   *
   * @throws EspalierException if the file cannot be read, is damaged or belongs to another recipe
   *     or network; no parameter has changed then
   */
  public static void read(Path file, String fingerprint, Trainer trainer) {
    try (var channel = FileChannel.open(file)) {
      var in = new ChecksummedInput(channel);
      checkHeader(in, fingerprint);
      var state = readProgress(in, trainer.setup().totalSteps());
      var method = readMethod(in);
      var parameters = readParameters(in, trainer.setup());
      startSection(in, END);
      endSection(in, END, 0);
      loadMethod(trainer.setup().hook(), method);
      parameters.forEach(Runnable::run);
      trainer.restore(state);
    } catch (IOException e) {
      throw new EspalierException(
          "cannot continue from checkpoint " + file + ": " + DurableFile.reason(e), e);
    }
  }

  private static void checkHeader(ChecksummedInput in, String fingerprint) throws IOException {
    var magic = MAGIC.getBytes(StandardCharsets.US_ASCII);
    if (in.remaining() < magic.length || !Arrays.equals(in.readBytes(magic.length), magic)) {
      throw new IOException("it is no checkpoint of Espalier");
    }
    if (!in.intact()) {
      throw new IOException("it is damaged or cut short, its checksum does not fit");
    }
    in.readBytes(magic.length);
    var version = in.readInt();
    if (version != VERSION) {
      throw new IOException("its version is " + version + ", expected " + VERSION);
    }
    var found = in.readText();
    if (!found.equals(fingerprint)) {
      throw new IOException(
          "it belongs to another recipe (" + found + "), expected " + fingerprint);
    }
  }

  private static TrainingState readProgress(ChecksummedInput in, long totalSteps)
      throws IOException {
    var end = startSection(in, PROGRESS);
    var state =
        new TrainingState(
            in.readLong(), in.readLong(), in.readDouble(), in.readLong(), in.readLong());
    endSection(in, PROGRESS, end);
    if (state.step() < 0 || state.step() > totalSteps || state.iteration() < state.step()) {
      throw new IOException(
          "it is at step %d of %d after %d batches"
              .formatted(state.step(), totalSteps, state.iteration()));
    }
    return state;
  }

  private static byte[] readMethod(ChecksummedInput in) throws IOException {
    var end = startSection(in, METHOD);
    var bytes = in.readBytes((int) Math.min(Integer.MAX_VALUE, in.remaining() - end));
    endSection(in, METHOD, end);
    return bytes;
  }

  private static void loadMethod(TrainingHook hook, byte[] bytes) throws IOException {
    var in = new DataInputStream(new ByteArrayInputStream(bytes));
    hook.load(in);
    if (in.available() > 0) {
      throw new IOException("the state of the method has " + in.available() + " bytes too many");
    }
  }

  private static List<Runnable> readParameters(ChecksummedInput in, TrainingSetup setup)
      throws IOException {
    var contents = new ArrayList<Runnable>();
    for (var parameter : setup.executor().parameters()) {
      var name = PARAMETER + parameter.name();
      var end = startSection(in, name);
      var slots = parameter.spec().trained() ? setup.optimizer().slots() : 0;
      try {
        contents.add(ParameterSection.read(in, parameter, slots));
      } catch (IOException e) {
        throw new IOException("in " + parameter.name() + ", " + DurableFile.reason(e), e);
      }
      endSection(in, name, end);
    }
    return contents;
  }

  /** Reads the head of a section; returns how many bytes remain after its end. */
  private static long startSection(ChecksummedInput in, String name) throws IOException {
    var found = in.readText();
    if (!found.equals(name)) {
      throw new IOException("it has section \"" + found + "\", expected \"" + name + "\"");
    }
    var length = in.readLong();
    in.require(length);
    return in.remaining() - length;
  }

  private static void endSection(ChecksummedInput in, String name, long end) throws IOException {
    if (in.remaining() != end) {
      throw new IOException("section \"" + name + "\" has another length than announced");
    }
  }
}
