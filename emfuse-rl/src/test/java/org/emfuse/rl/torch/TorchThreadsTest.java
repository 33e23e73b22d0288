package org.emfuse.rl.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** One owner of thread counts. */
class TorchThreadsTest {

    @Test
    void theDefaultIsOneThreadEach() {
        Torch.load();
        assertThat(TorchThreads.effective()).endsWith("rest 1");
    }

    @Test
    void countsChangeOnlyWhileNoModelRuns() {
        try (TorchThreads _ = TorchThreads.independent(); TorchThreads _ = TorchThreads.independent()) {
            assertThat(TorchThreads.effective()).isEqualTo("products 1, rest 1");
            assertThatThrownBy(() -> TorchThreads.one(2)).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("while 2 run with 1");
        }
        TorchThreads alone = TorchThreads.one(2);
        assertThat(TorchThreads.effective()).isEqualTo("products 2, rest 1");
        assertThatThrownBy(TorchThreads::independent).hasMessageContaining("while 1 run with 2");
        alone.close();
        alone.close();
        try (TorchThreads _ = TorchThreads.independent()) {
            assertThat(TorchThreads.effective()).isEqualTo("products 1, rest 1");
        }
    }

    @Test
    void zeroThreadsAreRefused() {
        assertThatThrownBy(() -> TorchThreads.one(0)).hasMessageContaining("at least 1");
    }
}
