/** Energy-based transition models: networks, training by contrast with negatives of their own, files. */
@NullMarked
package org.emfuse.rl.etm;

import org.jspecify.annotations.NullMarked;
