/** The experts of an experts file, opened. */
@NullMarked
package org.emfuse.llm.experts;

import org.jspecify.annotations.NullMarked;
