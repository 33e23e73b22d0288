/** What is recorded beside every result. */
@NullMarked
package org.emfuse.record;

import org.jspecify.annotations.NullMarked;
