/** Environments: exact physics behind one interface, from which data is collected and in which policies are scored. */
@NullMarked
package org.emfuse.rl.env;

import org.jspecify.annotations.NullMarked;
