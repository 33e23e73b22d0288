/** Rules that turn several rows of energies into one, and the ways to obtain their weights. Pure functions. */
@NullMarked
package org.emfuse.fusion;

import org.jspecify.annotations.NullMarked;
