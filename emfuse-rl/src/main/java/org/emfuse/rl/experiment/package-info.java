/** Experiments on fused simulators: domains, budgets, cells of work that stop and go on, tables of scores. */
@NullMarked
package org.emfuse.rl.experiment;

import org.jspecify.annotations.NullMarked;
