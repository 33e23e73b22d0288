/** Sets of allowed answers and their probabilities. */
@NullMarked
package org.emfuse.llm.answer;

import org.jspecify.annotations.NullMarked;
