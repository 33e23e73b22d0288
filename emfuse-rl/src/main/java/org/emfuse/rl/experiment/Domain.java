package org.emfuse.rl.experiment;

/**
 * Where an expert's data come from: whole episodes of one environment by a scripted controller.
 *
 * @param name for tables
 * @param env the environment's id, with the start and the dynamics that the domain's episodes have
 * @param policy the controller that acts, with its noise
 */
public record Domain(String name, String env, String policy) {}
