package org.emfuse.llm;

/**
 * The energies after one token of a sequence.
 *
 * @param sequence the sequence
 * @param index tokens of the sequence after the prompt that the row has seen: 0 is the row after the prompt's last
 *     token, k the row after the k-th token appended, and -k the row k tokens before the prompt's end. Counted from the
 *     prompt's end because experts render one prompt to different lengths
 */
public record Row(SequenceId sequence, int index) {}
