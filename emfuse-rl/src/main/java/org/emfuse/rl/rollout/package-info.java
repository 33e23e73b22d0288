/** Policies in simulators: rollouts, learning a policy offline, and the value of given policies. */
@NullMarked
package org.emfuse.rl.rollout;

import org.jspecify.annotations.NullMarked;
