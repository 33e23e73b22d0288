/** A thin layer over libtorch; no other package sees the binding. */
@NullMarked
package org.emfuse.rl.torch;

import org.jspecify.annotations.NullMarked;
