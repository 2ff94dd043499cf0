package org.espalier.app.compression;

import org.espalier.formats.Model;
import org.espalier.formats.esp.Coding;
import org.espalier.formats.esp.EspContents;

/**
 * One way to write a network.
 *
 * @param model what the file decodes to
 * @param distortion squared error of the weights, each layer's relative to its squared weights,
 *     summed over layers
 */
public record Candidate(Coding coding, EspContents contents, Model model, double distortion) {

  static Candidate of(Model original, Coding coding, EspContents contents) {
    var decoded = contents.model();
    return new Candidate(coding, contents, decoded, distortion(original, decoded));
  }

  public long bytes() {
    return contents.bytes();
  }

  private static double distortion(Model original, Model decoded) {
    var sum = 0.0;
    for (var spec : original.network().prunable()) {
      var before = original.parameters().of(spec.name()).toDense();
      var after = decoded.parameters().of(spec.name()).toDense();
      var error = 0.0;
      var energy = 0.0;
      for (var i = 0; i < before.length; i++) {
        var difference = before[i] - (double) after[i];
        error += difference * difference;
        energy += before[i] * (double) before[i];
      }
      sum += energy == 0 ? 0 : error / energy;
    }
    return sum;
  }
}
