/** Experts files: which experts there are and how they are fused. */
@NullMarked
package org.emfuse.llm.config;

import org.jspecify.annotations.NullMarked;
