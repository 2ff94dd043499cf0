/** Theory beside what networks do: measurements that are no benchmarks. */
@NullMarked
package org.espalier.lab;

import org.jspecify.annotations.NullMarked;
