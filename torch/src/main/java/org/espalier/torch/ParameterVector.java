package org.espalier.torch;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.espalier.engine.network.ParameterSpec;
import org.espalier.engine.parameter.Parameter;
import org.espalier.engine.parameter.Parameters;

/**
 * One number for every entry of some parameters, in the order of their storage: values, a gradient,
 * a direction.
 *
 * <p>Of a sparse parameter these are the active weights. Of a masked one they are all weights,
 * absent ones with what the network reads of them, which is zero.
 *
 * @param parts by name of the parameter; arrays are taken as they are
 */
public record ParameterVector(Map<String, double[]> parts) {

  public ParameterVector {
    parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
  }

  /** The values of the parameters named. */
  public static ParameterVector values(Parameters parameters, Collection<String> names) {
    var parts = new LinkedHashMap<String, double[]>();
    names.forEach(name -> parts.put(name, DenseTensors.effective(parameters.of(name))));
    return new ParameterVector(parts);
  }

  /** The values of all weights of linear and convolutional layers. */
  public static ParameterVector prunable(Parameters parameters) {
    return values(parameters, ParameterSpec::prunable);
  }

  /** The values of all parameters but running statistics. */
  public static ParameterVector trained(Parameters parameters) {
    return values(parameters, ParameterSpec::trained);
  }

  private static ParameterVector values(Parameters parameters, Predicate<ParameterSpec> wanted) {
    var names =
        parameters.trained().stream()
            .filter(parameter -> wanted.test(parameter.spec()))
            .map(Parameter::name)
            .toList();
    return values(parameters, names);
  }

  /** The numbers of one parameter. */
  public double[] part(String name) {
    var part = parts.get(name);
    if (part == null) {
      throw new IllegalArgumentException("no " + name + " among " + parts.keySet());
    }
    return part;
  }

  /** Σᵢ xᵢ·yᵢ over all parameters. */
  public double dot(ParameterVector other) {
    var sum = 0.0;
    for (var name : parts.keySet()) {
      var ours = part(name);
      var theirs = other.part(name);
      requireLength(name, ours, theirs);
      for (var i = 0; i < ours.length; i++) {
        sum += ours[i] * theirs[i];
      }
    }
    return sum;
  }

  /** √Σᵢ xᵢ². */
  public double norm() {
    return Math.sqrt(dot(this));
  }

  /** x + scale·y. */
  public ParameterVector plus(double scale, ParameterVector other) {
    var sum = new LinkedHashMap<String, double[]>();
    for (var name : parts.keySet()) {
      var ours = part(name);
      var theirs = other.part(name);
      requireLength(name, ours, theirs);
      var values = new double[ours.length];
      Arrays.setAll(values, i -> ours[i] + scale * theirs[i]);
      sum.put(name, values);
    }
    return new ParameterVector(sum);
  }

  private static void requireLength(String name, double[] ours, double[] theirs) {
    if (theirs.length != ours.length) {
      throw new IllegalArgumentException(
          "%s has %d numbers in one vector: expected %d as in the other"
              .formatted(name, theirs.length, ours.length));
    }
  }

  List<String> names() {
    return List.copyOf(parts.keySet());
  }
}
