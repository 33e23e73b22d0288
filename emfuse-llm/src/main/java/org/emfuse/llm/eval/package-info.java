/** Decisions over many rows, and how accurate they are. */
@NullMarked
package org.emfuse.llm.eval;

import org.jspecify.annotations.NullMarked;
