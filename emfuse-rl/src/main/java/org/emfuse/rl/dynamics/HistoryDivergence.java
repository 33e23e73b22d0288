package org.emfuse.rl.dynamics;

/**
 * How far predictions of one next state from slices of different lengths are apart (spec 05 §5). Of one prediction it is 0,
 * although nothing is known then. Pure.
 *
 * @param form of the number
 * @param unit what each state coordinate is divided by first; all 1 for raw units
 */
public record HistoryDivergence(Form form, double[] unit) {

    /** Forms of the divergence; with M predictions of d coordinates, {@code MEAN_SQUARE = d · ROOT_MEAN_SQUARE²}. */
    public enum Form {
        /** {@code sqrt(1/d Σ_j Var_m s_j)}: what published penalty coefficients belong to. */
        ROOT_MEAN_SQUARE,
        /** {@code 1/M Σ_m |s^(m) - mean|²}. */
        MEAN_SQUARE
    }

    /** Copies the units. */
    public HistoryDivergence {
        unit = unit.clone();
        for (double u : unit) {
            if (!(u > 0 && Double.isFinite(u))) {
                throw new IllegalArgumentException("units of states must be finite and > 0, found " + u);
            }
        }
    }

    /**
     * The divergence.
     *
     * @param predictions [M][≥ d], raw units; coordinates beyond d, such as a reward, are left out
     */
    public double of(double[][] predictions) {
        double sum = 0;
        for (int j = 0; j < unit.length; j++) {
            double mean = 0;
            for (double[] prediction : predictions) {
                mean += prediction[j] / predictions.length;
            }
            for (double[] prediction : predictions) {
                double distance = (prediction[j] - mean) / unit[j];
                sum += distance * distance / predictions.length;
            }
        }
        return form == Form.MEAN_SQUARE ? sum : Math.sqrt(sum / unit.length);
    }
}
