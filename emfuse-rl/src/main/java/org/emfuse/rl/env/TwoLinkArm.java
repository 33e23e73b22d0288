package org.emfuse.rl.env;

/**
 * Rigid-body dynamics of a planar arm of two equal uniform rods. Joint angles q: the first from the x axis, the second
 * relative to the first link. Gravity, if any, pulls along -y.
 *
 * <pre>
 * M(q) q̈ + c(q, q̇) + g(q) + friction q̇ = τ
 * </pre>
 *
 * @param mass of each link, kg
 * @param length of each link, m
 * @param gravity acceleration of free fall, m/s²
 * @param friction viscous, in each joint, N·m·s/rad
 */
public record TwoLinkArm(double mass, double length, double gravity, double friction) {

    /** Moment of inertia of both links about the shoulder with the elbow at a right angle: M11 at cos q2 = 0. */
    private double both() {
        return own() + (1.0 / 3 + 1) * mass * length * length;
    }

    /** Moment of inertia of one link about its joint. */
    private double own() {
        return mass * length * length / 3;
    }

    /** m₂ l₁ r₂, the coupling of the links. */
    private double coupling() {
        return 0.5 * mass * length * length;
    }

    /**
     * Inverse dynamics: the torques for given accelerations, in N·m; a new array.
     *
     * @param q both angles, rad
     * @param speed both angular velocities, rad/s
     * @param acceleration both angular accelerations, rad/s²
     */
    public double[] torques(double[] q, double[] speed, double[] acceleration) {
        double m12 = own() + coupling() * Math.cos(q[1]);
        double m11 = both() + 2 * coupling() * Math.cos(q[1]);
        double[] bias = bias(q[0], q[1], speed[0], speed[1]);
        return new double[]{m11 * acceleration[0] + m12 * acceleration[1] + bias[0],
            m12 * acceleration[0] + own() * acceleration[1] + bias[1]};
    }

    /** The time derivative of the state {q1, q2, q̇1, q̇2} under two torques, written into {@code rate}. */
    void rate(double[] state, double[] torque, double[] rate) {
        double m11 = both() + 2 * coupling() * Math.cos(state[1]);
        double m12 = own() + coupling() * Math.cos(state[1]);
        double m22 = own();
        double[] bias = bias(state[0], state[1], state[2], state[3]);
        double f1 = torque[0] - bias[0];
        double f2 = torque[1] - bias[1];
        double determinant = m11 * m22 - m12 * m12;
        rate[0] = state[2];
        rate[1] = state[3];
        rate[2] = (m22 * f1 - m12 * f2) / determinant;
        rate[3] = (m11 * f2 - m12 * f1) / determinant;
    }

    /** c(q, q̇) + g(q) + friction q̇. */
    private double[] bias(double q1, double q2, double w1, double w2) {
        double h = coupling() * Math.sin(q2);
        double weight = mass * gravity * length;
        double lower = 0.5 * weight * Math.cos(q1 + q2);
        return new double[]{-h * (2 * w1 * w2 + w2 * w2) + 1.5 * weight * Math.cos(q1) + lower + friction * w1,
            h * w1 * w1 + lower + friction * w2};
    }

    /** An upper bound of the rate at which friction lets speeds decay, 1/s: friction times the trace of M⁻¹, stretched arm. */
    double largestDecayRate() {
        double m11 = both() + 2 * coupling();
        double m12 = own() + coupling();
        return friction * (m11 + own()) / (m11 * own() - m12 * m12);
    }

    /** Position of the tip, {x, y} in m; a new array. */
    public double[] tip(double q1, double q2) {
        return new double[]{length * (Math.cos(q1) + Math.cos(q1 + q2)),
            length * (Math.sin(q1) + Math.sin(q1 + q2))};
    }

    /** Kinetic and potential energy of the state {q1, q2, q̇1, q̇2}, J; 0 at rest along the x axis. */
    double energy(double[] state) {
        double w1 = state[2];
        double w2 = state[3];
        double cos2 = Math.cos(state[1]);
        double kinetic = 0.5 * (both() + 2 * coupling() * cos2) * w1 * w1 + (own() + coupling() * cos2) * w1 * w2
                + 0.5 * own() * w2 * w2;
        double height = length * (1.5 * Math.sin(state[0]) + 0.5 * Math.sin(state[0] + state[1]));
        return kinetic + mass * gravity * height;
    }
}
