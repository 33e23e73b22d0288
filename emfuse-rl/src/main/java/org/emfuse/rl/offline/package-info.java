/** Learners on stored data alone: behaviour cloning, TD3+BC, implicit Q-learning. */
@NullMarked
package org.emfuse.rl.offline;

import org.jspecify.annotations.NullMarked;
