package org.emfuse.llm;

import org.emfuse.fusion.FusionRule;
import org.emfuse.fusion.Weighting;

/**
 * A named way to combine the members of a fused expert.
 *
 * @param name in results
 * @param rule how rows become one
 * @param weighting where λ comes from
 */
public record Method(String name, FusionRule rule, Weighting weighting) {}
