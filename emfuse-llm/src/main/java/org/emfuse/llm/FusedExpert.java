package org.emfuse.llm;

/** Experts in lockstep under one rule. (Being written.) */
abstract class FusedExpert implements Expert {}
