/** Memory of transitions that a learner samples from. */
@NullMarked
package org.emfuse.rl.replay;

import org.jspecify.annotations.NullMarked;
