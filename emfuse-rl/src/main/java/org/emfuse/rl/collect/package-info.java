/** Collecting logs: policies act in an environment, their transitions go to shards and then into one file. */
@NullMarked
package org.emfuse.rl.collect;

import org.jspecify.annotations.NullMarked;
