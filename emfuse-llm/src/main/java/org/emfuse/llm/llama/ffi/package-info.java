/** The C interface of llama.cpp, by name, for builds from 4916 on (spec 10). Used by {@code org.emfuse.llm.llama} only. */
@NullMarked
package org.emfuse.llm.llama.ffi;

import org.jspecify.annotations.NullMarked;
