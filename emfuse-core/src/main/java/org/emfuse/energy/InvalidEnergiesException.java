package org.emfuse.energy;

/** What should be energies is none: NaN, an infinite logit, or nothing that is possible. */
public final class InvalidEnergiesException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /** A message that says what was found, and where. */
    public InvalidEnergiesException(String message) {
        super(message);
    }
}
