package org.espalier.data.catalog;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.espalier.data.Dataset;
import org.espalier.data.format.CsvFile;
import org.espalier.data.format.ImageFolder;
import org.espalier.data.glyphs.Glyphs;
import org.espalier.engine.EspalierException;
import org.espalier.engine.Nearest;
import org.espalier.engine.files.DurableFile;

/**
 * Data sets by name. A published one is looked for in the user's data folder, then in the folder
 * that {@code ESPALIER_DATA} names, then in the user's cache, each time in a subfolder of its name;
 * found nowhere, it is downloaded into the cache.
 */
public final class DatasetCatalog {
  private static final String FOLDER = "folder:";
  private static final String CSV = "csv:";
  private static final String LABEL = "?label=";

  private final List<Path> roots; // in the order of search, the cache last
  private final Path cache;
  private final Download download;
  private final List<PublishedDataset> published;

  /**
   * One line of the catalog.
   *
   * @param name as {@link #load} takes it
   * @param source paper or place it comes from
   * @param published whether it is downloaded where it is not at hand
   */
  public record Entry(String name, String description, String source, boolean published) {}

  /**
   * The catalog for a user.
   *
   * @param dataFolder where the user says the data are, to be looked at first
   * @param environment variables of the process
   */
  public static DatasetCatalog of(
      Optional<Path> dataFolder, Map<String, String> environment, DownloadProgress progress) {
    dataFolder.filter(folder -> !Files.isDirectory(folder)).ifPresent(DatasetCatalog::refuse);
    var cache = UserCache.folder(environment);
    var roots = new ArrayList<Path>();
    dataFolder.ifPresent(roots::add);
    UserCache.variable(environment, "ESPALIER_DATA").map(Path::of).ifPresent(roots::add);
    roots.add(cache);
    return new DatasetCatalog(roots, cache, new Download(progress), PublishedDataset.all());
  }

  DatasetCatalog(
      List<Path> roots, Path cache, Download download, List<PublishedDataset> published) {
    this.roots = List.copyOf(roots);
    this.cache = cache;
    this.download = download;
    this.published = List.copyOf(published);
  }

  /** All data sets that have a name, and the two kinds that a path makes. */
  public List<Entry> entries() {
    var entries = new ArrayList<Entry>();
    entries.add(
        new Entry(
            Glyphs.NAME, "36,000 grey 28×28 drawn characters, 30 classes", "built in", false));
    published.forEach(
        set -> entries.add(new Entry(set.name(), set.description(), set.source(), true)));
    entries.add(
        new Entry(
            FOLDER + "PATH", "PNG and JPEG images, one subfolder per class", "your files", false));
    entries.add(
        new Entry(
            CSV + "PATH",
            "numbers in columns, the label in the last one (or " + LABEL + "NAME)",
            "your files",
            false));
    return List.copyOf(entries);
  }

  /** Where the files of a published data set are on this machine, if they are. */
  public Optional<Path> locate(String name) {
    return find(name).flatMap(this::locate);
  }

  /**
   * Returns a name that {@link #load} knows; whether its files are there is not looked at.
   *
   * @throws EspalierException if it knows no such name
   */
  public String requireKnown(String name) {
    var names = entries().stream().map(Entry::name).toList();
    if (names.contains(name) || name.startsWith(FOLDER) || name.startsWith(CSV)) {
      return name;
    }
    throw new EspalierException("unknown data '" + name + "'" + Nearest.suggestion(name, names));
  }

  /**
   * Loads a data set.
   *
   * @param name one of {@link #entries}, with a path where it says so
   * @param splitSeed draws the test split of data that come in one piece
   */
  public Dataset load(String name, long splitSeed) {
    requireKnown(name);
    if (name.equals(Glyphs.NAME)) {
      return Glyphs.dataset();
    }
    if (name.startsWith(FOLDER)) {
      return ImageFolder.read(Path.of(name.substring(FOLDER.length())), splitSeed);
    }
    if (name.startsWith(CSV)) {
      return csv(name.substring(CSV.length()), splitSeed);
    }
    var set = find(name).orElseThrow();
    return set.reader().apply(locate(set).orElseGet(() -> fetch(set)));
  }

  private static Dataset csv(String path, long splitSeed) {
    var mark = path.lastIndexOf(LABEL);
    return mark < 0
        ? CsvFile.read(Path.of(path), Optional.empty(), splitSeed)
        : CsvFile.read(
            Path.of(path.substring(0, mark)),
            Optional.of(path.substring(mark + LABEL.length())),
            splitSeed);
  }

  private Optional<PublishedDataset> find(String name) {
    return published.stream().filter(set -> set.name().equals(name)).findFirst();
  }

  private Optional<Path> locate(PublishedDataset set) {
    return roots.stream().flatMap(root -> set.locate(root).stream()).findFirst();
  }

  /** Downloads what is missing into the cache; processes that want the same take turns. */
  private Path fetch(PublishedDataset set) {
    var folder = cache.resolve(set.name());
    var absences = roots.stream().map(set::absence).distinct().collect(Collectors.joining(", "));
    synchronized (DatasetCatalog.class) { // file locks hold between processes only
      try {
        Files.createDirectories(folder);
        try (var channel =
                FileChannel.open(
                    folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            var _ = channel.lock()) {
          return set.locate(cache).orElseGet(() -> fetch(set, folder));
        }
      } catch (IOException e) {
        throw notAtHand(set, folder, absences, folder + ": " + DurableFile.reason(e), e);
      } catch (EspalierException e) {
        throw notAtHand(set, folder, absences, String.valueOf(e.getMessage()), e);
      }
    }
  }

  private Path fetch(PublishedDataset set, Path folder) {
    for (var file : set.downloads()) {
      download.fetch(file, folder.resolve(file.name()));
    }
    if (!set.archiveFolder().isEmpty()) {
      unpack(set, folder);
    }
    return set.locate(cache).orElseThrow();
  }

  private static void unpack(PublishedDataset set, Path folder) {
    var archive = folder.resolve(set.downloads().getFirst().name());
    TarArchive.extract(
        archive, set.archiveFolder(), set.files(), folder.resolve(set.archiveFolder()));
    try {
      Files.delete(archive);
    } catch (IOException e) {
      throw new EspalierException("cannot delete " + archive + ": " + DurableFile.reason(e), e);
    }
  }

  private static EspalierException notAtHand(
      PublishedDataset set, Path folder, String absences, String reason, Exception cause) {
    var files = set.downloads().stream().map(RemoteFile::name).collect(Collectors.joining(", "));
    return new EspalierException(
        "%s is not at hand: %s, and the download failed (%s); name a folder that holds %s/ with --data-dir or ESPALIER_DATA, or put %s into %s"
            .formatted(set.name(), absences, reason, set.name(), files, folder),
        cause);
  }

  private static void refuse(Path folder) {
    throw new EspalierException("data folder " + folder + ": expected an existing folder");
  }
}
