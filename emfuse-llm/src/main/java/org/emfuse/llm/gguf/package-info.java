/** Reading the header of GGUF files, so that damaged ones are refused before native code sees them. */
@NullMarked
package org.emfuse.llm.gguf;

import org.jspecify.annotations.NullMarked;
