/** Training loops with progress, checkpoints and exact resume. */
@NullMarked
package org.emfuse.rl.train;

import org.jspecify.annotations.NullMarked;
