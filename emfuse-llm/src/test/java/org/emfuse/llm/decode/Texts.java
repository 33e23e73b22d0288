package org.emfuse.llm.decode;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.emfuse.llm.ContextSize;
import org.emfuse.llm.Expert;
import org.emfuse.llm.ExpertContext;
import org.emfuse.llm.Prompt;
import org.emfuse.llm.sampling.SamplingParams;
import org.jspecify.annotations.Nullable;

/** Runs generations to their end and keeps what came. */
final class Texts {

    /** What one generation reported. */
    static class Result implements GenerationListener {
        final List<Step> steps = new ArrayList<>();
        final StringBuilder text = new StringBuilder();
        @Nullable
        FinishReason reason;
        @Nullable
        RuntimeException failure;

        @Override
        public void step(Step step) {
            steps.add(step);
            text.append(step.text());
        }

        @Override
        public void finished(FinishReason why, String rest) {
            reason = why;
            text.append(rest);
        }

        @Override
        public void failed(RuntimeException why) {
            failure = why;
        }

        List<Integer> tokens() {
            return steps.stream().map(Step::token).toList();
        }
    }

    private Texts() {}

    /** Sampling at a temperature, nothing else. */
    static SamplingParams at(double temperature, long seed) {
        return new SamplingParams(temperature, 0, 1, 0, 1, 0, 0, 64, Map.of(), seed);
    }

    static GenerationRequest request(String prompt, SamplingParams sampling, int maxTokens, String... stop) {
        return new GenerationRequest(Prompt.user(prompt), sampling, maxTokens, List.of(stop), -1);
    }

    /** One generation, alone. */
    static Result of(Expert expert, GenerationRequest request) {
        return of(expert, List.of(request), 1).getFirst();
    }

    /** Several generations over one context. */
    static List<Result> of(Expert expert, List<GenerationRequest> requests, int atOnce) {
        List<Result> records = new ArrayList<>();
        try (ExpertContext context = expert.open(new ContextSize(atOnce, 4096, 32, 1))) {
            Decoder decoder = new Decoder(context, atOnce);
            for (GenerationRequest request : requests) {
                Result record = new Result();
                records.add(record);
                decoder.submit(new Generation(request, record));
            }
            decoder.run();
            if (context.freeSequences() != atOnce || context.freeTokens() != 4096) {
                throw new AssertionError("the loop left sequences behind");
            }
        }
        return records;
    }
}
