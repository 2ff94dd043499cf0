/** Networks as ONNX files. */
@NullMarked
package org.espalier.formats.onnx;

import org.jspecify.annotations.NullMarked;
