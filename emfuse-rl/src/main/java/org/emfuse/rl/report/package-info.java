/** What a person looks at: pictures of curves, histograms and intervals, and a page about training runs. */
@NullMarked
package org.emfuse.rl.report;

import org.jspecify.annotations.NullMarked;
