/** Where model files come from: the cache folder, the catalog, and checked downloads. */
@NullMarked
package org.emfuse.llm.model;

import org.jspecify.annotations.NullMarked;
