package org.emfuse.fusion;

/**
 * What a rule carries from one position of a sequence to the next.
 *
 * @param incumbent the expert selected at the previous position, -1 where there is none
 */
public record RuleState(int incumbent) {

    /** The state before the first position. */
    public static final RuleState START = new RuleState(-1);
}
