package org.emfuse.llm.config;

import java.util.Optional;

/**
 * One expert of an experts file.
 *
 * @param name unique in the file
 * @param adapter a LoRA adapter on the base, as written; empty for none
 * @param model a model of its own in place of the base, as written; empty for the base
 * @param weight its λ under {@code fixed} weights, at least 0
 * @param temperature τ of its energies, positive
 * @param system its system text; empty for none
 */
public record ExpertEntry(String name, Optional<String> adapter, Optional<String> model, double weight,
        double temperature, Optional<String> system) {}
