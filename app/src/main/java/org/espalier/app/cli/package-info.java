/** The command line: one class per command, what they share, and how failures are told. */
@NullMarked
package org.espalier.app.cli;

import org.jspecify.annotations.NullMarked;
