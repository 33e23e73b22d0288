package org.emfuse.llm.decode;

import java.util.List;

import org.emfuse.llm.Explanation;
import org.emfuse.llm.sampling.Sampler;
import org.jspecify.annotations.Nullable;

/**
 * One generated token.
 *
 * @param token its id
 * @param energy its normalised energy in the row that was sampled from, in nats
 * @param text what can be shown now: complete characters that no stop string can begin with; often not just this token's
 * @param explanation how the fused energy came about, null where it was not asked for
 * @param trace the energy after each step of sampling, empty where no explanation was asked for
 */
public record Step(int token, double energy, String text, @Nullable Explanation explanation,
        List<Sampler.Trace> trace) {}
