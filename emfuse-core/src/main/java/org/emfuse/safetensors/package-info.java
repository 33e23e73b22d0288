/** The header of safetensors files, read and checked; what its tensors become is the modules' own. */
@NullMarked
package org.emfuse.safetensors;

import org.jspecify.annotations.NullMarked;
