/** llama.cpp experts: engines, models, contexts. Nothing native leaves this package. */
@NullMarked
package org.emfuse.llm.llama;

import org.jspecify.annotations.NullMarked;
