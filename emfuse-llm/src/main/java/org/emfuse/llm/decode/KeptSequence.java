package org.emfuse.llm.decode;

import org.emfuse.llm.ExpertContext;
import org.emfuse.llm.Prompt;
import org.emfuse.llm.Rows;
import org.emfuse.llm.SequenceId;
import org.jspecify.annotations.Nullable;

/** A sequence that outlives one generation, so that the next one need not evaluate what both begin with. */
final class KeptSequence {

    private @Nullable SequenceId id;
    private int queued;

    /** The sequence, with what is new in the prompt queued. */
    SequenceId begin(ExpertContext context, Prompt prompt) {
        SequenceId before = id;
        id = null; // released where resuming fails
        queued = 0;
        if (before == null) {
            id = context.start(prompt, Rows.LAST);
            queued = context.length(id);
        } else {
            queued = context.resume(before, prompt, Rows.LAST);
            id = before;
        }
        return id;
    }

    /** Tokens of the last prompt that had to be evaluated. */
    int queued() {
        return queued;
    }

    /** Frees the sequence, if there is one. */
    void drop(ExpertContext context) {
        if (id != null) {
            context.release(id);
            id = null;
        }
    }
}
