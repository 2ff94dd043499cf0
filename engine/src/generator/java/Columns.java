/** How a sparse kernel finds the vectors of a weight's operand. */
enum Columns {
  NEAR_NARROW("char[]", true),
  NARROW("char[]", false),
  NEAR_WIDE("int[]", true),
  WIDE("int[]", false);

  final String parameters;
  final String arguments = "column, shift";

  /** The operand's side of a tile. */
  final Side side;

  Columns(String type, boolean near) {
    this.parameters = type + " column, int shift";
    this.side = near ? Side.near("x") : Side.of("x");
  }

  /** Bytes from the start of the operand tensor to the operand of weight {@code p}. */
  String operand(String p) {
    return "((long) column[$p] << shift)".replace("$p", p);
  }
}
