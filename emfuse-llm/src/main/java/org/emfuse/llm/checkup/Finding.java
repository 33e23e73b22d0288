package org.emfuse.llm.checkup;

/**
 * What was found about one subject.
 *
 * @param subject what was looked at
 * @param state whether it is well
 * @param text what was found
 * @param advice what to do, empty where there is nothing
 */
public record Finding(String subject, State state, String text, String advice) {

    /** Whether something is well. */
    public enum State {
        /** Well. */
        OK,
        /** Something is slower or missing, but deciding works. */
        WARNING,
        /** Deciding does not work. */
        PROBLEM
    }

    /** A finding that all is well. */
    public static Finding ok(String subject, String text) {
        return new Finding(subject, State.OK, text, "");
    }

    /** A finding that something could be better. */
    public static Finding warning(String subject, String text, String advice) {
        return new Finding(subject, State.WARNING, text, advice);
    }

    /** A finding that keeps the program from its work. */
    public static Finding problem(String subject, String text, String advice) {
        return new Finding(subject, State.PROBLEM, text, advice);
    }
}
