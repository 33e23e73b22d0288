/** Adapters as Hugging Face's PEFT library stores them, and their conversion to GGUF. */
@NullMarked
package org.emfuse.llm.peft;

import org.jspecify.annotations.NullMarked;
