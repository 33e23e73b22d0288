/** Logged transitions: reading, writing, importing, inspecting and splitting them. */
@NullMarked
package org.emfuse.rl.data;

import org.jspecify.annotations.NullMarked;
