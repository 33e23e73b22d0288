/** Transition energies, their fusion by the law, Langevin chains on them, and simulators made of them. */
@NullMarked
package org.emfuse.rl.dynamics;

import org.jspecify.annotations.NullMarked;
