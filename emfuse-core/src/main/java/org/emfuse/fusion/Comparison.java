package org.emfuse.fusion;

/**
 * One comparison of a tournament.
 *
 * @param incumbent index of the first expert, whose exponent α is
 * @param challenger index of the second expert
 * @param pair what came out; the incumbent stays unless D is below what the selector asks
 */
public record Comparison(int incumbent, int challenger, Pair pair) {}
