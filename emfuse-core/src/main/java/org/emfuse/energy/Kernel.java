package org.emfuse.energy;

import java.lang.foreign.MemorySegment;

/**
 * The sums over outcomes that dominate a fused step. {@link ScalarKernel} is the specification; another kernel must
 * agree with it within 1e-6 in relative sums and 1e-5 nats in stored energies.
 */
interface Kernel {

    /** The name that is reported with results. */
    String name();

    /** out_v = factor · z_v, read once from memory of floats that another owns. */
    void scale(MemorySegment z, double factor, float[] out);

    /** The first outcome whose energy is NaN or -∞, -1 if there is none. */
    int firstInvalid(float[] e);

    /** The lowest energy; NaN if one is NaN. */
    float min(float[] e);

    /** The first outcome of this energy, -1 if there is none. */
    int indexOf(float[] e, float energy);

    /** Σ_v exp(shift - e_v); +∞ energies add nothing. */
    double sumExp(float[] e, float shift);

    /**
     * out_k = Σ_v exp(shift - e_v) q_k(v), over the outcomes of finite e_v; +∞ if q_k is infinite at one of them.
     *
     * @param shift such that no exponent is large, in nats
     */
    void expectations(float[] e, double shift, float[][] q, double[] out);

    /** out_v = -log Σ_i λ_i exp(-e_i(v)); rows of zero weight are not read. */
    void mix(float[][] rows, double[] lambda, float[] out);

    /** The kernel in use: vectorised where the module {@code jdk.incubator.vector} is present. */
    static Kernel best() {
        return Holder.BEST;
    }

    /** Chosen once. */
    final class Holder {
        static final Kernel BEST = choose();

        private Holder() {}

        private static Kernel choose() {
            boolean wanted = !"false".equals(System.getProperty("emfuse.vector"));
            boolean present = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
            return wanted && present ? new VectorKernel() : new ScalarKernel();
        }
    }
}
