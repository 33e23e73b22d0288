/** Builds of llama.cpp: which there are, fetching them, which one is to be used. */
@NullMarked
package org.emfuse.llm.engine;

import org.jspecify.annotations.NullMarked;
