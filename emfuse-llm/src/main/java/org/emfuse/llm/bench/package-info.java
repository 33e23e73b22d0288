/** The speed of fused decoding and deciding on this machine, each beside what it is to be compared with. */
@NullMarked
package org.emfuse.llm.bench;

import org.jspecify.annotations.NullMarked;
