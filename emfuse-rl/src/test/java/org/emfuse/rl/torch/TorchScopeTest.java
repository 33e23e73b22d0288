package org.emfuse.rl.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicReference;

import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Lifetimes: what a scope frees, what it keeps, and mistakes with it. */
class TorchScopeTest {

    @Test
    void aScopeFreesEverythingMadeInIt() {
        Torch.load();
        long before = Pointer.totalCount();
        try (TorchScope _ = new TorchScope()) {
            Tensors.zeros(100, 100).add(1).square().sum();
            assertThat(Pointer.totalCount()).isGreaterThan(before);
        }
        assertThat(Pointer.totalCount()).isLessThanOrEqualTo(before);
    }

    /** Beyond it the binding collects garbage: tensors outside of scopes are freed then, too. */
    @Test
    void memoryIsBoundedAboveTheHeap() {
        Torch.load();
        assertThat(Pointer.maxPhysicalBytes()).isEqualTo(Runtime.getRuntime().maxMemory() + (4L << 30));
    }

    @Test
    void anInnerScopeLeavesTheOuterOnesTensors() {
        try (TorchScope _ = new TorchScope()) {
            Tensor outer = Tensors.scalar(1);
            Tensor kept;
            try (TorchScope inner = new TorchScope()) {
                kept = inner.keep(outer.add(1));
            }
            assertThat(outer.item() + kept.item()).isEqualTo(3);
            kept.close();
        }
    }

    @Test
    void keepingWhatIsGoneIsOneClearException() {
        TorchScope scope = new TorchScope();
        Tensor closed = Tensors.scalar(1);
        closed.close();
        assertThatThrownBy(() -> scope.keep(closed)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("after it was closed");
        Tensor late = Tensors.scalar(1);
        scope.close();
        scope.close();
        assertThatThrownBy(() -> scope.keep(late)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("its scope had ended");
    }

    @Test
    void scopesAreClosedInnermostFirstAndOnTheirOwnThread() throws InterruptedException {
        try (TorchScope outer = new TorchScope()) {
            Tensor tensor = Tensors.scalar(4);
            try (TorchScope _ = new TorchScope()) {
                assertThatThrownBy(outer::close).isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("before the scopes inside it");
            }
            AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
            Thread thread = new Thread(outer::close);
            thread.setUncaughtExceptionHandler((_, e) -> failure.set(e));
            thread.start();
            thread.join();
            assertThat(failure.get()).isInstanceOf(IllegalStateException.class).hasMessageContaining("another thread");
            assertThat(tensor.item()).isEqualTo(4);
        }
    }

    @Test
    void chunksEqualTheWhole() {
        try (TorchScope _ = new TorchScope()) {
            TorchRandom random = new TorchRandom(1);
            Parameters.Builder builder = new Parameters.Builder();
            int first = Mlp.declare(builder, "net", 5, 16, 2);
            Parameters parameters = builder.build(random);
            Mlp net = Mlp.of(parameters, first, 2);
            Tensor x = random.normal(103, 5);
            Tensor whole = net.apply(x);
            for (long rows : new long[]{1, 10, 103, 1000}) {
                Tensor chunked = Tensors.chunked(x, rows, net::apply);
                assertThat(chunked.shape()).containsExactly(103, 2);
                assertThat(chunked.sub(whole).abs().amax(0).amax(0).item()).as("%d rows at once", rows)
                        .isLessThan(1e-6);
            }
            parameters.close();
        }
    }

    /** What lives beside the result while chunks are evaluated is one chunk, not the whole. */
    @Test
    void chunksAreFreedOneByOne() {
        try (TorchScope _ = new TorchScope()) {
            Tensor x = Tensors.zeros(64, 3);
            long[] most = new long[1];
            long before = Pointer.totalCount();
            Tensors.chunked(x, 1, block -> {
                Tensor result = block;
                for (int i = 0; i < 50; i++) {
                    result = result.add(1);
                }
                most[0] = Math.max(most[0], Pointer.totalCount() - before);
                return result;
            });
            assertThat(most[0]).isLessThan(64 * 50);
        }
    }

    @Test
    void noRowsAtOnceAreRefused() {
        try (TorchScope _ = new TorchScope()) {
            Tensor x = Tensors.zeros(2, 2);
            assertThatThrownBy(() -> Tensors.chunked(x, 0, block -> block)).hasMessageContaining("at least one row");
        }
    }

    @Test
    void aStateThatIsNoneIsRefusedAndTheGeneratorGoesOn() {
        try (TorchScope _ = new TorchScope()) {
            TorchRandom random = new TorchRandom(3);
            Tensor wrong = Tensors.of(new byte[]{1, 2, 3});
            assertThatThrownBy(() -> random.restore(wrong)).isInstanceOf(TorchException.class)
                    .hasMessageNotContaining("\n");
            assertThat(random.normal(5).toFloats()).containsExactly(new TorchRandom(3).normal(5).toFloats());
        }
    }
}
