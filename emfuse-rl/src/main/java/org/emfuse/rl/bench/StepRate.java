package org.emfuse.rl.bench;

/**
 * Environment steps per second with random actions, resets among them.
 *
 * @param single one environment
 * @param vectorised several stepped together; steps of all of them count
 */
public record StepRate(double single, double vectorised) {}
