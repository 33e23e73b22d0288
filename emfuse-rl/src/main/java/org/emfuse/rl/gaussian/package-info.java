/** Gaussian transition models, to compare energy-based ones with: an ensemble for one step, a recurrent model for any number. */
@NullMarked
package org.emfuse.rl.gaussian;

import org.jspecify.annotations.NullMarked;
