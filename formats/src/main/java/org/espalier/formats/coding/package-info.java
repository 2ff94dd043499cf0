/**
 * Entropy coding: a range coder and interleaved rANS with their models, and codecs of masks.
 *
 * <p>What decoders are given is not trusted: they read inside the range they are told only,
 * allocate for the positions or symbols that the caller asked for, and report whatever cannot be
 * with {@link java.util.zip.DataFormatException}. Damage that leaves a well-formed stream is for
 * the checksum of the file around it to find. docs/formats.md specifies every stream.
 */
@NullMarked
package org.espalier.formats.coding;

import org.jspecify.annotations.NullMarked;
