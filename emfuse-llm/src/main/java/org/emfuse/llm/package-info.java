/** Language experts, their fusion, and the one decode loop. */
@NullMarked
package org.emfuse.llm;

import org.jspecify.annotations.NullMarked;
