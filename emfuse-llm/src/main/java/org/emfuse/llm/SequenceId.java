package org.emfuse.llm;

/** A sequence of one context. Never reused within the context. */
public record SequenceId(long id) {}
