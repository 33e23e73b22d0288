package org.emfuse.rl.data;

import static org.assertj.core.api.Assertions.assertThat;

/** Compares transitions by content, bit by bit. */
final class EqualTransitions {

    private EqualTransitions() {}

    static void check(Transitions found, Transitions expected) {
        assertThat(found.observationSize()).isEqualTo(expected.observationSize());
        assertThat(found.actionSize()).isEqualTo(expected.actionSize());
        assertThat(found.observations()).isEqualTo(expected.observations());
        assertThat(found.actions()).isEqualTo(expected.actions());
        assertThat(found.rewards()).isEqualTo(expected.rewards());
        assertThat(found.nextObservations()).isEqualTo(expected.nextObservations());
        assertThat(found.terminals()).isEqualTo(expected.terminals());
        assertThat(found.timeouts()).isEqualTo(expected.timeouts());
    }
}
