/** How sizes and failures are said to people. */
@NullMarked
package org.emfuse.wording;

import org.jspecify.annotations.NullMarked;
