package org.emfuse.rl.diagnostics;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.env.Quantity;

/** The first two coordinates of states; the others are those of the logged state that is nearest in these two. */
record CoordinatePlane(Quantity first, Quantity second, Transitions logged) implements StatePlane {

    /** Logged states that are looked at, at most. */
    private static final int SEARCHED = 5_000;
    /** Of the logged range, on either side: what lies there was never logged. */
    private static final double MARGIN = 0.15;

    @Override
    public double[] point(double[] state) {
        return new double[]{state[0], state[1]};
    }

    @Override
    public double[] state(double x, double y) {
        double unitX = span(0);
        double unitY = span(1);
        double least = Double.POSITIVE_INFINITY;
        int nearest = 0;
        for (int k = 0; k < Math.min(SEARCHED, logged.size()); k++) {
            int i = (int) ((long) k * logged.size() / Math.min(SEARCHED, logged.size()));
            double distance = Math.hypot((value(i, 0) - x) / unitX, (value(i, 1) - y) / unitY);
            if (distance < least) {
                least = distance;
                nearest = i;
            }
        }
        double[] state = logged.observation(nearest);
        state[0] = x;
        state[1] = y;
        return state;
    }

    private double span(int coordinate) {
        Axis axis = coordinate == 0 ? x(1) : y(1);
        return axis.high() - axis.low();
    }

    private double value(int row, int coordinate) {
        return logged.observations()[row * logged.observationSize() + coordinate];
    }

    @Override
    public Axis x(int cells) {
        return axis(first, logged, 0, cells);
    }

    @Override
    public Axis y(int cells) {
        return axis(second, logged, 1, cells);
    }

    /** The coordinate's own range where it is finite, else the logged one with a margin. */
    static Axis axis(Quantity quantity, Transitions logged, int coordinate, int cells) {
        if (Double.isFinite(quantity.low()) && Double.isFinite(quantity.high())) {
            return new Axis(quantity.name(), quantity.unit(), quantity.low(), quantity.high(), cells);
        }
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < logged.size(); i++) {
            double value = logged.observations()[i * logged.observationSize() + coordinate];
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
        double margin = high > low ? MARGIN * (high - low) : Math.max(1, Math.abs(high));
        return new Axis(quantity.name(), quantity.unit(), low - margin, high + margin, cells);
    }
}
