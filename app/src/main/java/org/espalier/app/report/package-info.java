/** Reports as self-contained HTML pages: no script, no network, charts as inline SVG. */
@NullMarked
package org.espalier.app.report;

import org.jspecify.annotations.NullMarked;
