/** The command line, runs and their reports. */
@NullMarked
package org.espalier.app;

import org.jspecify.annotations.NullMarked;
