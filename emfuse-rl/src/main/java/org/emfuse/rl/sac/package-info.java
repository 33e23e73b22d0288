/** Soft actor-critic. */
@NullMarked
package org.emfuse.rl.sac;

import org.jspecify.annotations.NullMarked;
