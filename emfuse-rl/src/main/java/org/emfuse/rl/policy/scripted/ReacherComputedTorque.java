package org.emfuse.rl.policy.scripted;

import org.emfuse.rl.env.EnvSpec;
import org.emfuse.rl.env.TwoLinkArm;
import org.emfuse.rl.policy.Policy;
import org.emfuse.rl.random.RandomStream;

/**
 * Inverse kinematics of the target, of the two elbow positions the nearer one, and computed torque towards it (Siciliano et
 * al., "Robotics: Modelling, Planning and Control", 2009): critically damped joints through the arm's inverse dynamics.
 */
final class ReacherComputedTorque implements Policy {

    /** Natural frequency of the joints, rad/s. */
    private static final double FREQUENCY = 5;
    /** Largest error that is fed back at once, rad: keeps far motions within the torques. */
    private static final double LARGEST_ERROR = 1;

    /** The way to turn is chosen from where the speeds lead in so many seconds: a motion once begun is not taken back. */
    private static final double FORESIGHT = 0.2;

    private final TwoLinkArm arm;
    private final double[] largest;

    ReacherComputedTorque(EnvSpec spec) {
        arm = new TwoLinkArm(spec.parameter("mass"), spec.parameter("length"), spec.parameter("gravity"),
                spec.parameter("friction"));
        largest = spec.actionScale();
    }

    @Override
    public double[] act(double[] o, RandomStream random) {
        double[] q = {Math.atan2(o[1], o[0]), Math.atan2(o[3], o[2])};
        double[] speed = {o[4], o[5]};
        double[] ahead = {q[0] + FORESIGHT * speed[0], q[1] + FORESIGHT * speed[1]};
        double[] left = nearer(ahead, o[6], o[7]);
        double[] acceleration = new double[2];
        for (int i = 0; i < 2; i++) {
            double error = Math.clamp(left[i] + FORESIGHT * speed[i], -LARGEST_ERROR, LARGEST_ERROR);
            acceleration[i] = FREQUENCY * (FREQUENCY * error - 2 * speed[i]);
        }
        return limited(arm.torques(q, speed, acceleration));
    }

    /** Both torques reduced by one factor, so that the joints keep accelerating in the same proportion. */
    private double[] limited(double[] torque) {
        double excess = Math.max(1, Math.max(Math.abs(torque[0]) / largest[0], Math.abs(torque[1]) / largest[1]));
        return new double[]{torque[0] / excess, torque[1] / excess};
    }

    /** Angles to go to the target from the angles {@code q}, for the elbow position that is nearer. */
    private double[] nearer(double[] q, double x, double y) {
        double length = arm.length();
        double cos = (x * x + y * y) / (2 * length * length) - 1;
        double elbow = Math.acos(Math.clamp(cos, -1, 1));
        double[] up = toGo(q, x, y, elbow);
        double[] down = toGo(q, x, y, -elbow);
        return effort(up) <= effort(down) ? up : down;
    }

    /** For links of equal length the shoulder points half the elbow's angle off the target. */
    private static double[] toGo(double[] q, double x, double y, double elbow) {
        return new double[]{wrapped(Math.atan2(y, x) - elbow / 2 - q[0]), wrapped(elbow - q[1])};
    }

    private static double effort(double[] angles) {
        return Math.max(Math.abs(angles[0]), Math.abs(angles[1]));
    }

    private static double wrapped(double angle) {
        return Math.IEEEremainder(angle, 2 * Math.PI);
    }
}
