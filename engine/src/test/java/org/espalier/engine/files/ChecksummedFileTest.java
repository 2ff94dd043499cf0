package org.espalier.engine.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChecksummedFileTest {
  @TempDir private Path folder;
  private Path file = Path.of("numbers");

  @BeforeEach
  void placeFile() {
    file = folder.resolve("numbers");
  }

  @Test
  void readsWhatWasWritten() throws IOException {
    var random = new Random(1);
    var floats = new float[100_003]; // several buffers, at offsets that are no multiple of four
    for (var i = 0; i < floats.length; i++) {
      floats[i] = Float.intBitsToFloat(random.nextInt());
    }
    var bytes = new byte[70_001];
    random.nextBytes(bytes);
    write(
        out -> {
          out.writeText("Gewächs");
          out.writeFloats(floats);
          out.writeLong(Long.MIN_VALUE + 3);
          out.writeBytes(bytes);
          out.writeDouble(Math.PI);
          out.writeInt(-7);
        });

    try (var channel = FileChannel.open(file)) {
      var in = new ChecksummedInput(channel);
      assertThat(in.intact()).isTrue();
      assertThat(in.remaining()).isEqualTo(Files.size(file) - 4);
      assertThat(in.readText()).isEqualTo("Gewächs");
      var read = in.readFloats(floats.length);
      for (var i = 0; i < floats.length; i++) {
        assertThat(Float.floatToRawIntBits(read[i])).isEqualTo(Float.floatToRawIntBits(floats[i]));
      }
      assertThat(in.readLong()).isEqualTo(Long.MIN_VALUE + 3);
      assertThat(in.readBytes(bytes.length)).isEqualTo(bytes);
      assertThat(in.readDouble()).isEqualTo(Math.PI);
      assertThat(in.readInt()).isEqualTo(-7);
      assertThat(in.remaining()).isZero();
    }
  }

  @Test
  void refusesLengthsBeyondTheFileBeforeAllocating() throws IOException {
    write(
        out -> {
          out.writeInt(Integer.MAX_VALUE); // the length of a text that is not there
          out.writeInt(-1);
        });

    try (var channel = FileChannel.open(file)) {
      var in = new ChecksummedInput(channel);
      assertThatThrownBy(() -> in.readFloats(Integer.MAX_VALUE)).isInstanceOf(EOFException.class);
      assertThatThrownBy(in::readText).isInstanceOf(EOFException.class);
      assertThatThrownBy(in::readText).isInstanceOf(EOFException.class);
      assertThatThrownBy(in::readInt).isInstanceOf(EOFException.class);
    }
  }

  @Test
  void noticesEveryDamagedByte() throws IOException {
    write(out -> out.writeText("abcdefgh"));
    var whole = Files.readAllBytes(file);
    for (var place = 0; place < whole.length; place++) {
      var damaged = whole.clone();
      damaged[place] ^= 16;
      Files.write(file, damaged);
      try (var channel = FileChannel.open(file)) {
        assertThat(new ChecksummedInput(channel).intact()).as("byte %d", place).isFalse();
      }
    }
  }

  @Test
  void filesShorterThanAChecksumAreNotIntact() throws IOException {
    Files.write(file, new byte[3]);

    try (var channel = FileChannel.open(file)) {
      assertThat(new ChecksummedInput(channel).intact()).isFalse();
    }
  }

  private interface Body {
    void writeTo(ChecksummedOutput out) throws IOException;
  }

  private void write(Body body) {
    DurableFile.write(
        file,
        channel -> {
          var out = new ChecksummedOutput(channel);
          body.writeTo(out);
          out.finish();
        });
  }
}
