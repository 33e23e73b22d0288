package org.emfuse.energy;

import java.util.Arrays;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link ScalarKernel} in vector lanes: exponentials in float (one unit in the last place), sums in double. Loaded only
 * where the module {@code jdk.incubator.vector} is present.
 */
final class VectorKernel implements Kernel {

    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
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
        double total = sum.reduceLanes(VectorOperators.ADD);
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
            double total = sums[k].reduceLanes(VectorOperators.ADD) + tail(e, (float) shift, q[k], bound);
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
                    FloatVector w = finite.sub(FloatVector.fromArray(F, rows[i], v)).lanewise(VectorOperators.EXP);
                    sum = sum.add(w.mul((float) lambda[i]));
                }
            }
            finite.sub(sum.lanewise(VectorOperators.LOG)).blend(Float.POSITIVE_INFINITY, empty).intoArray(out, v);
        }
        for (; v < out.length; v++) {
            out[v] = (float) ScalarKernel.mixed(rows, lambda, v);
        }
    }

    private static FloatVector weights(FloatVector energy, float shift) {
        return energy.neg().add(shift).lanewise(VectorOperators.EXP);
    }
}
