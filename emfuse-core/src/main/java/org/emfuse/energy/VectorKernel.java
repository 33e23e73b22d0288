package org.emfuse.energy;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
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
    private static final VectorSpecies<Double> D = DoubleVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Float> HALF = VectorSpecies.of(float.class,
            VectorShape.forBitSize(F.vectorBitSize() / 2));
    private static final int LANES = F.length();
    private static final int PARTS = LANES / D.length();

    @Override
    public String name() {
        return "vector " + F.vectorBitSize() + " bit";
    }

    @Override
    public void scale(MemorySegment z, double factor, float[] out) {
        // Half a vector of floats is a whole one of doubles.
        int v = 0;
        for (; v <= out.length - D.length(); v += D.length()) {
            DoubleVector wide = (DoubleVector) FloatVector
                    .fromMemorySegment(HALF, z, 4L * v, ByteOrder.nativeOrder()).castShape(D, 0);
            ((FloatVector) wide.mul(factor).castShape(HALF, 0)).intoArray(out, v);
        }
        for (; v < out.length; v++) {
            out[v] = (float) (factor * z.getAtIndex(JAVA_FLOAT_UNALIGNED, v));
        }
    }

    @Override
    public int firstInvalid(float[] e) {
        int v = 0;
        for (; v <= e.length - LANES; v += LANES) {
            if (!FloatVector.fromArray(F, e, v).compare(VectorOperators.GT, Float.NEGATIVE_INFINITY).allTrue()) {
                break;
            }
        }
        return ScalarKernel.firstInvalid(e, v);
    }

    @Override
    public float min(float[] e) {
        FloatVector first = FloatVector.broadcast(F, Float.POSITIVE_INFINITY);
        FloatVector second = first;
        int v = 0;
        // Two chains: a minimum waits for the one before it.
        for (; v <= e.length - 2 * LANES; v += 2 * LANES) {
            first = first.min(FloatVector.fromArray(F, e, v));
            second = second.min(FloatVector.fromArray(F, e, v + LANES));
        }
        float min = first.min(second).reduceLanes(VectorOperators.MIN);
        for (; v < e.length; v++) {
            min = Math.min(min, e[v]);
        }
        return min;
    }

    @Override
    public int indexOf(float[] e, float energy) {
        int v = 0;
        for (; v <= e.length - LANES; v += LANES) {
            if (FloatVector.fromArray(F, e, v).compare(VectorOperators.EQ, energy).anyTrue()) {
                break;
            }
        }
        return ScalarKernel.indexOf(e, energy, v);
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
        for (int k = 0; k < q.length; k += 2) {
            expectations(e, (float) shift, q, k, out);
        }
        for (int k = 0; k < q.length; k++) {
            // An infinite value under a weight that rounds to 0 is not a number here; the plain kernel decides.
            out[k] = Double.isNaN(out[k]) ? ScalarKernel.expectation(e, shift, q[k]) : out[k];
        }
    }

    /** Two of them in one pass, or one: sums in an array would leave the registers at every step. */
    private static void expectations(float[] e, float shift, float[][] q, int k, double[] out) {
        float[] first = q[k];
        float[] second = q[Math.min(k + 1, q.length - 1)];
        DoubleVector firstSum = DoubleVector.zero(D);
        DoubleVector secondSum = firstSum;
        int bound = e.length - e.length % LANES;
        for (int v = 0; v < bound; v += LANES) {
            FloatVector energy = FloatVector.fromArray(F, e, v);
            FloatVector w = weights(energy, shift);
            VectorMask<Float> finite = energy.compare(VectorOperators.LT, Float.POSITIVE_INFINITY);
            FloatVector one = w.mul(FloatVector.fromArray(F, first, v, finite));
            FloatVector other = w.mul(FloatVector.fromArray(F, second, v, finite));
            for (int part = 0; part < PARTS; part++) {
                firstSum = firstSum.add(one.convertShape(VectorOperators.F2D, D, part));
                secondSum = secondSum.add(other.convertShape(VectorOperators.F2D, D, part));
            }
        }
        out[k] = total(firstSum) + tail(e, shift, first, bound);
        if (k + 1 < q.length) {
            out[k + 1] = total(secondSum) + tail(e, shift, second, bound);
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
            finite.sub(log(sum)).blend(Float.POSITIVE_INFINITY, empty).intoArray(out, v);
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
    /** (e^r - 1 - r) / r², highest power first: within 6e-9 of e^r where |r| ≤ ln 2 / 2. */
    private static final float[] EXP = {1.3950486e-3f, 8.36889e-3f, 4.1666206e-2f, 0.16666518f, 0.5f};
    /** Added to a number below 2^22 it leaves the nearest whole one in the last bits. */
    private static final float ROUNDING = 0x1.8p23f;

    /**
     * e^x = 2^n e^r with n whole and |r| ≤ ln 2 / 2, e^r by a polynomial; 0 below the smallest float.
     *
     * @param x at most 88
     */
    private static FloatVector exp(FloatVector x) {
        VectorMask<Float> none = x.compare(VectorOperators.LT, LOWEST);
        FloatVector in = x.max(LOWEST);
        FloatVector shifted = in.mul(LOG2_E).add(ROUNDING);
        FloatVector whole = shifted.sub(ROUNDING);
        FloatVector r = in.sub(whole.mul(LN2_HIGH)).sub(whole.mul(LN2_LOW));
        FloatVector p = FloatVector.broadcast(F, EXP[0]);
        for (int k = 1; k < EXP.length; k++) {
            p = p.mul(r).add(EXP[k]);
        }
        FloatVector power = shifted.reinterpretAsInts().add(127).lanewise(VectorOperators.LSHL, 23)
                .reinterpretAsFloats();
        return p.mul(r).mul(r).add(r).add(1f).mul(power).blend(0f, none);
    }

    private static final float SQRT_HALF = 0.70710677f;
    private static final float[] LOG = {7.0376836e-2f, -1.1514610e-1f, 1.1676998e-1f, -1.2420141e-1f, 1.4249323e-1f,
        -1.6668057e-1f, 2.0000714e-1f, -2.4999994e-1f, 0.3333333f};

    /**
     * log x = n log 2 + log m with √½ ≤ m < √2, log m by a polynomial in m - 1 (Cephes logf).
     *
     * @param x at least the smallest normal float; what is below counts as that
     */
    private static FloatVector log(FloatVector x) {
        IntVector bits = x.max(Float.MIN_NORMAL).reinterpretAsInts();
        FloatVector half = bits.and(0x7fffff).or(0x3f000000).reinterpretAsFloats();
        VectorMask<Float> low = half.compare(VectorOperators.LT, SQRT_HALF);
        FloatVector n = (FloatVector) bits.lanewise(VectorOperators.LSHR, 23).sub(126)
                .convertShape(VectorOperators.I2F, F, 0);
        n = n.sub(1f, low);
        FloatVector m = half.add(half, low).sub(1f);
        FloatVector square = m.mul(m);
        FloatVector p = FloatVector.broadcast(F, LOG[0]);
        for (int k = 1; k < LOG.length; k++) {
            p = p.mul(m).add(LOG[k]);
        }
        FloatVector tail = p.mul(m).mul(square).add(n.mul(LN2_LOW)).sub(square.mul(0.5f));
        return m.add(tail).add(n.mul(LN2_HIGH));
    }
}
