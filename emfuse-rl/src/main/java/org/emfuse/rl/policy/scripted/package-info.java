/** Controllers written by hand or computed from the model: references for scores, and behaviours for collecting data. */
@NullMarked
package org.emfuse.rl.policy.scripted;

import org.jspecify.annotations.NullMarked;
