package org.emfuse.cli;

import java.util.List;

import org.emfuse.llm.ContextSize;
import org.emfuse.llm.Expert;
import org.emfuse.llm.Method;
import org.emfuse.llm.config.ExpertsFile;
import org.emfuse.llm.experts.ExpertSet;

/**
 * Who speaks in {@code generate} and {@code explain}: the experts of a file under one method, or one of them alone.
 *
 * @param set what was loaded
 * @param expert who speaks; the set owns it
 * @param methods the method, none for an expert alone
 * @param size of the context to open
 */
record Voice(ExpertSet set, Expert expert, List<Method> methods, ContextSize size) implements AutoCloseable {

    /** Loads the experts. */
    static Voice open(Workplace workplace, ExpertsFile file, ExpertOptions experts, List<Method> methods,
            int sequences) {
        ExpertSet set = workplace.open(file, experts.only());
        try {
            Expert expert = methods.isEmpty()
                    ? set.experts().getFirst()
                    : set.fused(methods.getFirst().name(), methods.getFirst().rule(), methods.getFirst().weighting());
            return new Voice(set, expert, methods, workplace.size(sequences, experts.contextTokens(set)));
        } catch (RuntimeException e) {
            set.close();
            throw e;
        }
    }

    /** The names of the experts behind the voice. */
    List<String> names() {
        return set.experts().stream().map(Expert::name).toList();
    }

    @Override
    public void close() {
        set.close();
    }
}
