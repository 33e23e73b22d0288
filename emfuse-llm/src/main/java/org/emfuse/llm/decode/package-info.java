/** The one decode loop and what runs in it. */
@NullMarked
package org.emfuse.llm.decode;

import org.jspecify.annotations.NullMarked;
