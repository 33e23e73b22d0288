package org.emfuse.llm.bench;

/**
 * What one fused step spends its time on, in nanoseconds.
 *
 * @param evaluation the members' native work, and waiting for the slowest of them
 * @param fusion reading the members' rows and fusing them
 * @param sampling drawing the token, and the decode loop itself
 */
public record StepParts(double evaluation, double fusion, double sampling) {

    /** The whole step. */
    public double whole() {
        return evaluation + fusion + sampling;
    }

    /** The share of fusion and sampling together, in [0, 1]. */
    public double fusionShare() {
        return (fusion + sampling) / whole();
    }
}
