package org.emfuse.fusion;

/**
 * One row made of the experts' rows.
 *
 * @param energies energies of all outcomes in nats, Σ exp(-E) = 1; the array that the caller handed in
 * @param chosen the expert whose row this is, -1 for a rule that blends all of them
 * @param state what the next position of the same sequence needs
 * @param fallback true where no outcome had finite fused energy and the mixture took its place (spec 01 §4)
 */
public record FusedRow(float[] energies, int chosen, RuleState state, boolean fallback) {}
