/** What chooses actions: learned policies, scripted controllers and their mixes. */
@NullMarked
package org.emfuse.rl.policy;

import org.jspecify.annotations.NullMarked;
