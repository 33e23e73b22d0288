package org.emfuse.energy;

import java.util.Arrays;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link ScalarKernel} in vector lanes: exponentials in float (two units in the last place), sums in double. Loaded only
 * where the module {@code jdk.incubator.vector} is present.
 *
 * <p>Made of operations that IEEE 754 defines to the bit. The platform's own vector exponential and sum over lanes are not:
 * they round differently before and after the method is compiled, and then equal inputs give unequal results.
 */
final class VectorKernel implements Kernel {

    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Double> D = DoubleVector.SPECIES_PREFERRED;
    private static final int LANES = F.length();
    private static final int PARTS = LANES / D.length();

    @Override
    public String name() {
        return "vector " + F.vectorBitSize() + " bit";
    }

    @Override
    public double sumExp(float[] e, float shift) {
        DoubleVector sum = DoubleVector.zero(D);
        int v = 0;
        for (; v <= e.length - LANES; v += LANES) {
            FloatVector w = weights(FloatVector.fromArray(F, e, v), shift);
            for (int part = 0; part < PARTS; part++) {
                sum = sum.add(w.convertShape(VectorOperators.F2D, D, part));
            }
        }
        double total = total(sum);
        for (; v < e.length; v++) {
            total += Math.exp((double) shift - e[v]);
        }
        return total;
    }

    @Override
    public void expectations(float[] e, double shift, float[][] q, double[] out) {
        DoubleVector[] sums = new DoubleVector[q.length];
        Arrays.fill(sums, DoubleVector.zero(D));
        int bound = e.length - e.length % LANES;
        for (int v = 0; v < bound; v += LANES) {
            FloatVector energy = FloatVector.fromArray(F, e, v);
            FloatVector w = weights(energy, (float) shift);
            VectorMask<Float> finite = energy.compare(VectorOperators.LT, Float.POSITIVE_INFINITY);
            for (int k = 0; k < q.length; k++) {
                FloatVector product = w.mul(FloatVector.fromArray(F, q[k], v, finite));
                for (int part = 0; part < PARTS; part++) {
                    sums[k] = sums[k].add(product.convertShape(VectorOperators.F2D, D, part));
                }
            }
        }
        for (int k = 0; k < q.length; k++) {
            double total = total(sums[k]) + tail(e, (float) shift, q[k], bound);
            // An infinite value under a weight that rounds to 0 is not a number here; the plain kernel decides.
            out[k] = Double.isNaN(total) ? ScalarKernel.expectation(e, shift, q[k]) : total;
        }
    }

    private static double tail(float[] e, float shift, float[] q, int from) {
        double sum = 0;
        for (int v = from; v < e.length; v++) {
            sum += e[v] == Float.POSITIVE_INFINITY ? 0 : Math.exp((double) shift - e[v]) * q[v];
        }
        return sum;
    }

    @Override
    public void mix(float[][] rows, double[] lambda, float[] out) {
        int v = 0;
        for (; v <= out.length - LANES; v += LANES) {
            FloatVector base = FloatVector.broadcast(F, Float.POSITIVE_INFINITY);
            for (int i = 0; i < rows.length; i++) {
                base = lambda[i] > 0 ? base.min(FloatVector.fromArray(F, rows[i], v)) : base;
            }
            VectorMask<Float> empty = base.compare(VectorOperators.EQ, Float.POSITIVE_INFINITY);
            FloatVector finite = base.blend(0f, empty);
            FloatVector sum = FloatVector.zero(F);
            for (int i = 0; i < rows.length; i++) {
                if (lambda[i] > 0) {
                    FloatVector w = exp(finite.sub(FloatVector.fromArray(F, rows[i], v)));
                    sum = sum.add(w.mul((float) lambda[i]));
                }
            }
            sum.blend(0f, empty).intoArray(out, v);
            for (int lane = 0; lane < LANES; lane++) {
                out[v + lane] = (float) (finite.lane(lane) - Math.log(out[v + lane]));
            }
        }
        for (; v < out.length; v++) {
            out[v] = (float) ScalarKernel.mixed(rows, lambda, v);
        }
    }

    private static FloatVector weights(FloatVector energy, float shift) {
        return exp(energy.neg().add(shift));
    }

    /** The lanes added in order. */
    private static double total(DoubleVector sum) {
        double total = 0;
        for (double lane : sum.toArray()) {
            total += lane;
        }
        return total;
    }

    private static final float LOWEST = -87.33654f;
    private static final float LOG2_E = 1.442695f;
    private static final float LN2_HIGH = 0.6933594f;
    private static final float LN2_LOW = -2.1219444e-4f;
    private static final float[] TAYLOR = {1.9875691e-4f, 1.3981999e-3f, 8.333452e-3f, 4.1665796e-2f,
        0.16666666f, 0.5f};

    /** e^x = 2^n e^r with n whole and |r| ≤ ln 2 / 2, e^r by a polynomial (Cephes expf); 0 below the smallest float. */
    private static FloatVector exp(FloatVector x) {
        VectorMask<Float> none = x.compare(VectorOperators.LT, LOWEST);
        FloatVector in = x.blend(0f, none).min(88f);
        FloatVector half = FloatVector.broadcast(F, 0.5f).blend(-0.5f, in.compare(VectorOperators.LT, 0f));
        IntVector n = (IntVector) in.mul(LOG2_E).add(half).convertShape(VectorOperators.F2I, I, 0);
        FloatVector whole = (FloatVector) n.convertShape(VectorOperators.I2F, F, 0);
        FloatVector r = in.sub(whole.mul(LN2_HIGH)).sub(whole.mul(LN2_LOW));
        FloatVector p = FloatVector.broadcast(F, TAYLOR[0]);
        for (int k = 1; k < TAYLOR.length; k++) {
            p = p.mul(r).add(TAYLOR[k]);
        }
        FloatVector power = n.add(127).lanewise(VectorOperators.LSHL, 23).viewAsFloatingLanes().reinterpretAsFloats();
        return p.mul(r).mul(r).add(r).add(1f).mul(power).blend(0f, none);
    }
}
