package org.emfuse.llm.llama;

import java.util.Map;
import java.util.Set;

import org.emfuse.llm.Row;
import org.emfuse.llm.SequenceId;

/** Rows that were read while they were ready, in order. */
record ReadRows(Map<Row, float[]> energies) {

    /** The energies of a row that must be there. */
    float[] at(SequenceId sequence, int index) {
        float[] found = energies.get(new Row(sequence, index));
        if (found == null) {
            throw new AssertionError(
                    "no row " + index + " of " + sequence + " became ready, only " + energies.keySet());
        }
        return found;
    }

    Set<Row> rows() {
        return energies.keySet();
    }
}
