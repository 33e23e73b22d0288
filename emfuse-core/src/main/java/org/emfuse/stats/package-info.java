/**
 * Scores over seeds and tasks: interquartile means, stratified bootstrap intervals, probability of improvement, after
 * Agarwal et al., "Deep Reinforcement Learning at the Edge of the Statistical Precipice" (2021).
 */
@NullMarked
package org.emfuse.stats;

import org.jspecify.annotations.NullMarked;
