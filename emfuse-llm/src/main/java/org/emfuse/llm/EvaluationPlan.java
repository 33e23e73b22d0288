package org.emfuse.llm;

/**
 * How the experts of a fusion share the processor.
 *
 * @param order whether they are evaluated at once or one after the other
 * @param threads native threads at most: of all experts together where they are evaluated at once, of each where they take
 *     turns; at least 1
 */
public record EvaluationPlan(Order order, int threads) {

    /** When the experts are evaluated. */
    public enum Order {

        /** All at the same time, each with an equal share of the threads, at least one. */
        AT_ONCE,
        /** One after the other, each with all threads. */
        IN_TURN
    }

    public EvaluationPlan {
        if (threads < 1) {
            throw new IllegalArgumentException("expected at least one thread, found " + threads);
        }
    }

    /** The native threads of one of several experts. */
    public int threadsEach(int experts) {
        return order == Order.AT_ONCE ? Math.max(1, threads / experts) : threads;
    }

    /** The plan in words, for records. */
    public String description(int experts) {
        int each = threadsEach(experts);
        String share = each + (each == 1 ? " thread" : " threads");
        return experts == 1 ? share : (order == Order.AT_ONCE ? "at once, " : "in turn, ") + share + " each";
    }
}
