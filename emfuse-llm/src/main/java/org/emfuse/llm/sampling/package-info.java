/** From a row of energies to a token. */
@NullMarked
package org.emfuse.llm.sampling;

import org.jspecify.annotations.NullMarked;
