/** The {@code emfuse} command: one class per subcommand, each a thin edge over the libraries. */
@NullMarked
package org.emfuse.cli;

import org.jspecify.annotations.NullMarked;
