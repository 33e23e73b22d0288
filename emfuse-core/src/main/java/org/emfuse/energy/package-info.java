/** The law of energy fusion and the mathematics of finite Boltzmann distributions. Energies are in nats. */
@NullMarked
package org.emfuse.energy;

import org.jspecify.annotations.NullMarked;
