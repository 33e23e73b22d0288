package org.emfuse.energy;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import java.lang.foreign.MemorySegment;

/** The plain kernel: double arithmetic, one outcome at a time. */
final class ScalarKernel implements Kernel {

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public void scale(MemorySegment z, double factor, float[] out) {
        for (int v = 0; v < out.length; v++) {
            out[v] = (float) (factor * z.getAtIndex(JAVA_FLOAT_UNALIGNED, v));
        }
    }

    @Override
    public int firstInvalid(float[] e) {
        return firstInvalid(e, 0);
    }

    static int firstInvalid(float[] e, int from) {
        for (int v = from; v < e.length; v++) {
            if (!(e[v] > Float.NEGATIVE_INFINITY)) {
                return v;
            }
        }
        return -1;
    }

    @Override
    public float min(float[] e) {
        float min = Float.POSITIVE_INFINITY;
        for (float energy : e) {
            min = Math.min(min, energy);
        }
        return min;
    }

    @Override
    public int indexOf(float[] e, float energy) {
        return indexOf(e, energy, 0);
    }

    static int indexOf(float[] e, float energy, int from) {
        for (int v = from; v < e.length; v++) {
            if (e[v] == energy) {
                return v;
            }
        }
        return -1;
    }

    @Override
    public double sumExp(float[] e, float shift) {
        double sum = 0;
        for (float energy : e) {
            sum += Math.exp((double) shift - energy);
        }
        return sum;
    }

    @Override
    public void expectations(float[] e, double shift, float[][] q, double[] out) {
        for (int k = 0; k < q.length; k++) {
            out[k] = expectation(e, shift, q[k]);
        }
    }

    static double expectation(float[] e, double shift, float[] q) {
        double sum = 0;
        for (int v = 0; v < e.length; v++) {
            if (e[v] == Float.POSITIVE_INFINITY) {
                continue;
            }
            if (q[v] == Float.POSITIVE_INFINITY) {
                return Double.POSITIVE_INFINITY;
            }
            sum += Math.exp(shift - e[v]) * q[v];
        }
        return sum;
    }

    @Override
    public void mix(float[][] rows, double[] lambda, float[] out) {
        for (int v = 0; v < out.length; v++) {
            out[v] = (float) mixed(rows, lambda, v);
        }
    }

    static double mixed(float[][] rows, double[] lambda, int v) {
        double base = Double.POSITIVE_INFINITY;
        for (int i = 0; i < rows.length; i++) {
            base = lambda[i] > 0 ? Math.min(base, rows[i][v]) : base;
        }
        if (base == Double.POSITIVE_INFINITY) {
            return base;
        }
        double sum = 0;
        for (int i = 0; i < rows.length; i++) {
            sum += lambda[i] > 0 ? lambda[i] * Math.exp(base - rows[i][v]) : 0;
        }
        return base - Math.log(sum);
    }
}
