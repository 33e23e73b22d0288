package org.emfuse.rl.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One owner of thread counts. */
class TorchThreadsTest {

    private static final TorchThreads.Counts TWO = new TorchThreads.Counts(2, 1);

    @Test
    void theDefaultIsOneThreadEach() {
        Torch.load();
        assertThat(TorchThreads.effective()).isEqualTo("products 1, rest 1");
    }

    @Test
    void countsChangeOnlyWhileNoModelRuns() {
        try (TorchThreads _ = TorchThreads.independent(); TorchThreads _ = TorchThreads.independent()) {
            assertThat(TorchThreads.effective()).isEqualTo("products 1, rest 1");
            assertThatThrownBy(() -> TorchThreads.one(TWO)).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("while 2 run with theirs (products 1, rest 1)");
            assertThat(TorchThreads.effective()).isEqualTo("products 1, rest 1");
        }
        TorchThreads alone = TorchThreads.one(TWO);
        assertThat(TorchThreads.effective()).isEqualTo("products 2, rest 1");
        assertThatThrownBy(TorchThreads::independent)
                .hasMessageContaining("while 1 run with theirs (products 2, rest 1)");
        alone.close();
        alone.close();
        try (TorchThreads _ = TorchThreads.independent()) {
            assertThat(TorchThreads.effective()).isEqualTo("products 1, rest 1");
        }
    }

    @Test
    void theSettingIsRestoredWhenTheLastModelEnds() {
        TorchThreads outer = TorchThreads.one(new TorchThreads.Counts(2, 3));
        TorchThreads inner = TorchThreads.one(new TorchThreads.Counts(2, 3)); // on the same thread: part of the same model
        inner.close();
        assertThat(TorchThreads.effective()).isEqualTo("products 2, rest 3");
        outer.close();
        assertThat(TorchThreads.effective()).isEqualTo("products 1, rest 1");
    }

    @Test
    void anotherThreadCannotJoinOrEndAModelThatRunsAlone() throws InterruptedException {
        try (TorchThreads alone = TorchThreads.one(TWO)) {
            assertThat(failureOf(() -> TorchThreads.one(TWO).close())).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("runs alone");
            assertThat(failureOf(alone::close)).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("given back by");
            assertThat(TorchThreads.effective()).isEqualTo("products 2, rest 1");
        }
    }

    @Test
    void independentModelsOnNewThreadsHaveOneThreadEach() throws InterruptedException {
        String[] found = new String[2];
        assertThat(failureOf(() -> {
            try (TorchThreads _ = TorchThreads.one(new TorchThreads.Counts(1, 2))) {
                found[0] = TorchThreads.effective();
            }
        })).isNull();
        assertThat(failureOf(() -> {
            try (TorchThreads _ = TorchThreads.independent()) {
                found[1] = TorchThreads.effective();
            }
        })).isNull();
        assertThat(found).containsExactly("products 1, rest 2", "products 1, rest 1");
    }

    private static @Nullable Throwable failureOf(Runnable action) throws InterruptedException {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Thread thread = new Thread(action);
        thread.setUncaughtExceptionHandler((_, e) -> failure.set(e));
        thread.start();
        thread.join();
        return failure.get();
    }

    @Test
    void zeroThreadsAreRefused() {
        assertThatThrownBy(() -> new TorchThreads.Counts(0, 1)).hasMessageContaining("at least 1");
        assertThatThrownBy(() -> new TorchThreads.Counts(1, 0)).hasMessageContaining("at least 1");
    }
}
