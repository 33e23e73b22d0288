package org.emfuse.llm.llama;

/**
 * A conversation as a model reads it.
 *
 * @param text template and contents together
 * @param template which template that is, in words
 * @param own whether it is the model's own
 */
public record RenderedPrompt(String text, String template, boolean own) {}
