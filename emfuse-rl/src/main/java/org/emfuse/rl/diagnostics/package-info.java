/** What can be seen of simulators and their data, as numbers: planes of states and of energies, fans of rollouts. */
@NullMarked
package org.emfuse.rl.diagnostics;

import org.jspecify.annotations.NullMarked;
