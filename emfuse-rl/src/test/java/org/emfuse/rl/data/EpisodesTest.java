package org.emfuse.rl.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;

import org.emfuse.rl.data.Episodes.Ending;
import org.emfuse.rl.data.Episodes.Episode;
import org.junit.jupiter.api.Test;

/** Finding and selecting episodes. */
class EpisodesTest {

    /** Episodes of 2 (terminal), 1 (timeout), 3 (both flags) and 2 (end of data) transitions. */
    private static Transitions four() {
        int n = 8;
        float[] states = new float[2 * n];
        float[] next = new float[2 * n];
        float[] actions = new float[n];
        float[] rewards = new float[n];
        for (int i = 0; i < n; i++) {
            states[2 * i] = i;
            states[2 * i + 1] = -i;
            next[2 * i] = i + 1;
            next[2 * i + 1] = -i - 1;
            actions[i] = 10 * i;
            rewards[i] = 1 << i;
        }
        boolean[] terminals = new boolean[n];
        boolean[] timeouts = new boolean[n];
        terminals[1] = true;
        timeouts[2] = true;
        terminals[5] = true;
        timeouts[5] = true;
        return new Transitions(2, 1, states, actions, rewards, next, terminals, timeouts);
    }

    @Test
    void endsAreWhereFlagsOrTheDataAre() {
        Episodes episodes = Episodes.of(four());
        assertThat(episodes.list()).containsExactly(new Episode(0, 2, 3, Ending.TERMINAL),
                new Episode(2, 3, 4, Ending.TIMEOUT), new Episode(3, 6, 8 + 16 + 32, Ending.TERMINAL),
                new Episode(6, 8, 64 + 128, Ending.END_OF_DATA));
        assertThat(episodes.lengths()).containsExactly(2, 1, 3, 2);
        assertThat(episodes.returns()).containsExactly(3, 4, 56, 192);
    }

    @Test
    void noTransitionsHaveNoEpisodes() {
        Transitions none = new Transitions(1, 1, new float[0], new float[0], new float[0], new float[0], new boolean[0],
                new boolean[0]);
        assertThat(Episodes.of(none).list()).isEmpty();
    }

    @Test
    void selectionKeepsEpisodesApartInTheGivenOrder() {
        Transitions selection = Episodes.of(four()).select(List.of(3, 0));
        assertThat(selection.rewards()).containsExactly(64, 128, 1, 2);
        assertThat(selection.observations()).containsExactly(6, -6, 7, -7, 0, 0, 1, -1);
        assertThat(selection.nextObservations()).containsExactly(7, -7, 8, -8, 1, -1, 2, -2);
        assertThat(selection.actions()).containsExactly(60, 70, 0, 10);
        assertThat(Episodes.of(selection).list()).extracting(Episode::length, Episode::ending).containsExactly(
                org.assertj.core.groups.Tuple.tuple(2, Ending.TIMEOUT),
                org.assertj.core.groups.Tuple.tuple(2, Ending.TERMINAL));
    }

    @Test
    void selectionIsACopy() {
        Transitions all = four();
        Transitions selection = Episodes.of(all).select(List.of(0, 1, 2));
        selection.rewards()[0] = 99;
        selection.observations()[0] = 99;
        assertThat(all.rewards()[0]).isEqualTo(1);
        assertThat(all.observations()[0]).isZero();
    }

    @Test
    void anEpisodeThatIsNotThereIsNamed() {
        Episodes episodes = Episodes.of(four());
        assertThatThrownBy(() -> episodes.select(List.of(4))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no episode 4").hasMessageContaining("0 to 3");
        assertThatThrownBy(() -> episodes.select(List.of(-1))).isInstanceOf(IllegalArgumentException.class);
    }
}
