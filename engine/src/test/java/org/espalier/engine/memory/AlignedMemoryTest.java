package org.espalier.engine.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AlignedMemoryTest {

  @ParameterizedTest
  @CsvSource({"0, 64", "1, 64", "100, 64", "4096, 4096", "2097151, 4096", "5000000, 4096"})
  void buffersAreAlignedAndZero(long bytes, long alignment) {
    try (var memory = new AlignedMemory()) {
      var buffer = memory.allocate(bytes);
      assertThat(buffer.byteSize()).isEqualTo(bytes);
      assertThat(buffer.address() % alignment).isZero();
      assertThat(buffer.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(new byte[(int) bytes]);
      buffer.fill((byte) 1);
      assertThat(memory.bytes()).isEqualTo(bytes);
    }
  }

  @Test
  void closedBuffersAreForgotten() {
    long address;
    try (var memory = new AlignedMemory()) {
      address = memory.allocate(4 << 20).address();
      assertThat(LiveMemory.contains(address, 4 << 20)).isTrue();
      assertThat(LiveMemory.contains(address, (4 << 20) + 1)).isFalse();
      assertThat(LiveMemory.contains(address + (4 << 20) - 8, 8)).isTrue();
    }
    assertThat(LiveMemory.contains(address, 1)).isFalse();
  }

  @Test
  void negativeSizesAreRefused() {
    try (var memory = new AlignedMemory()) {
      assertThatThrownBy(() -> memory.allocate(-1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("a buffer of -1 bytes: expected 0 or more");
    }
  }
}
