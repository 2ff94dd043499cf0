/** Files that survive a kill: written aside, synced, renamed. */
@NullMarked
package org.espalier.engine.files;

import org.jspecify.annotations.NullMarked;
