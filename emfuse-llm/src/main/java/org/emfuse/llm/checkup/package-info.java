/** Whether this machine is ready: Java, processor, engines, models, and the clients that fetch. */
@NullMarked
package org.emfuse.llm.checkup;

import org.jspecify.annotations.NullMarked;
