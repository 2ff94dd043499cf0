/** Files of NumPy: single arrays ({@code .npy}) and archives of them ({@code .npz}). */
@org.jspecify.annotations.NullMarked
package org.espalier.formats.numpy;
