/** Random streams: named, seeded, savable. */
@NullMarked
package org.emfuse.rl.random;

import org.jspecify.annotations.NullMarked;
