package org.espalier.engine.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TilingCacheTest {
  private static final List<String> MACHINE = List.of("processor", "JDK 25", "kernels abc");

  @TempDir private Path folder;
  private final List<String> warnings = new ArrayList<>();

  private TilingCache cache() {
    return TilingCache.in(folder.resolve("tilings"), MACHINE, warnings::add);
  }

  private static TilingCache.Entry entry(String tiling) {
    var millis = new LinkedHashMap<String, Double>();
    millis.put("8 vectors", 1.25);
    millis.put(tiling, 0.5);
    return new TilingCache.Entry(tiling, millis);
  }

  @Test
  void whatWasKeptIsFoundByTheNextProcess() {
    var first = cache();
    first.keep("conv", entry("4 vectors"));
    first.keep("fc", entry("8 vectors in panels"));
    first.save();

    var second = cache();
    assertThat(second.find("conv")).contains(entry("4 vectors"));
    assertThat(second.find("fc")).contains(entry("8 vectors in panels"));
    assertThat(second.find("other")).isEmpty();
    assertThat(warnings).isEmpty();
  }

  @Test
  void theFirstOfSeveralThreadsDecides() {
    var cache = cache();
    assertThat(cache.keep("conv", entry("4 vectors"))).isEqualTo(entry("4 vectors"));
    assertThat(cache.keep("conv", entry("8 vectors"))).isEqualTo(entry("4 vectors"));
  }

  @Test
  void twoProcessesKeepWhatEachOfThemFound() throws IOException {
    var one = cache();
    var other = cache();
    one.keep("conv", entry("4 vectors"));
    other.keep("fc", entry("8 vectors"));
    one.save();
    other.save();

    assertThat(cache().find("conv")).isPresent();
    assertThat(cache().find("fc")).isPresent();
    try (var files = Files.list(folder.resolve("tilings"))) {
      assertThat(files).containsExactly(cache().file());
    }
  }

  @Test
  void anotherMachineHasAnotherFile() {
    var files = new ArrayList<Path>();
    files.add(cache().file());
    for (var part = 0; part < MACHINE.size(); part++) {
      var machine = new ArrayList<>(MACHINE);
      machine.set(part, machine.get(part) + "x");
      files.add(TilingCache.in(folder, machine, warnings::add).file().getFileName());
    }
    assertThat(files).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "something else\n",
        "HEADING",
        "HEADING\nconv\t8 vectors\t8 vectors\t1.0",
        "HEADING\nconv\t8 vectors\t8 vectors\n",
        "HEADING\nconv\n",
        "HEADING\nconv\t8 vectors\t8 vectors\tsoon\n",
        "HEADING\nconv\t8 vectors\t8 vectors\t-1\n",
        "HEADING\nconv\t8 vectors\t8 vectors\tNaN\n",
        "HEADING\nconv\t8 vectors\t8 vectors\tInfinity\n"
      })
  void aDamagedFileIsToldOfOnceAndReplaced(String content) throws IOException {
    var whole = cache();
    whole.keep("conv", entry("4 vectors"));
    whole.save();
    var heading = Files.readAllLines(whole.file()).getFirst();
    Files.writeString(whole.file(), content.replace("HEADING", heading));

    var damaged = cache();
    assertThat(damaged.find("conv")).isEmpty();
    damaged.keep("fc", entry("8 vectors"));
    damaged.save();
    assertThat(warnings).singleElement().asString().contains("is damaged").doesNotContain("\n");
    assertThat(cache().find("fc")).contains(entry("8 vectors"));
    assertThat(warnings).hasSize(1);
  }

  @Test
  void aFileThatIsTooLargeOrNoTextIsLeftUnread() throws IOException {
    Files.createDirectories(cache().file().getParent());
    Files.write(cache().file(), new byte[(1 << 20) + 1]);
    cache();
    assertThat(warnings).singleElement().asString().contains("more than 1048576 bytes");

    Files.write(cache().file(), new byte[] {(byte) 0xFF, (byte) 0xFE});
    warnings.clear();
    cache();
    assertThat(warnings).singleElement().asString().contains("not UTF-8 text");
  }

  @Test
  void aFolderThatCannotBeWrittenCostsOneWarning() throws IOException {
    Files.writeString(folder.resolve("tilings"), "a file where a folder should be");
    var cache = cache();
    cache.keep("conv", entry("4 vectors"));
    cache.save();
    cache.keep("fc", entry("4 vectors"));
    cache.save();

    assertThat(cache.find("conv")).isPresent();
    assertThat(warnings).hasSize(1);
  }
}
