/** How a sparse kernel finds the operand of a weight. */
enum Columns {
  NARROW_TABLE("char[] column,\n      int[] offset", "column, offset", "offset[column[$p]]"),
  NARROW(
      "char[] column,\n      long columnBytes", "column, columnBytes", "column[$p] * columnBytes"),
  WIDE("int[] column,\n      long columnBytes", "column, columnBytes", "column[$p] * columnBytes");

  final String parameters;
  final String arguments;
  private final String operand;

  Columns(String parameters, String arguments, String operand) {
    this.parameters = parameters;
    this.arguments = arguments;
    this.operand = operand;
  }

  /** Bytes from the start of the operand tensor to the operand of weight {@code p}. */
  String operand(String p) {
    return operand.replace("$p", p);
  }
}
