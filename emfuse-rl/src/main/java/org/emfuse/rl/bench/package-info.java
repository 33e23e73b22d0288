/** How fast this machine learns: the cost of an update, environment steps per second. */
@NullMarked
package org.emfuse.rl.bench;

import org.jspecify.annotations.NullMarked;
