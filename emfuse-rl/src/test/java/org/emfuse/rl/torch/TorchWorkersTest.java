package org.emfuse.rl.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tensors computed side by side. */
class TorchWorkersTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void resultsComeInOrderAndBelongToTheCaller(int threads) {
        try (TorchWorkers workers = new TorchWorkers(threads)) {
            List<Tensor> results;
            try (TorchScope _ = new TorchScope()) {
                results = workers.compute(7, i -> Tensors.zeros(2).fill_(i).add(1));
            }
            for (int i = 0; i < 7; i++) {
                assertThat(results.get(i).toFloats()).containsExactly(i + 1, i + 1);
                results.get(i).close();
            }
            assertThat(workers.threads()).isEqualTo(threads);
            assertThat(workers.compute(0, i -> Tensors.zeros(1))).isEmpty();
        }
    }

    @Test
    void twoWorkersWorkAtOnce() {
        CountDownLatch both = new CountDownLatch(2);
        Set<String> names = ConcurrentHashMap.newKeySet();
        try (TorchWorkers workers = new TorchWorkers(2)) {
            workers.compute(2, i -> {
                names.add(Thread.currentThread().getName());
                both.countDown();
                try {
                    assertThat(both.await(30, TimeUnit.SECONDS)).isTrue(); // only if the other has begun as well
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return Tensors.scalar(i);
            }).forEach(Tensor::close);
        }
        assertThat(names).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void nothingIsRecordedForDifferentiation(int threads) {
        try (TorchScope _ = new TorchScope(); TorchWorkers workers = new TorchWorkers(threads)) {
            Tensor x = Tensors.zeros(2).requiresGrad();
            for (Tensor result : workers.compute(2, i -> x.add(i).square())) {
                assertThatThrownBy(() -> Tensors.gradients(result, List.of(x), false))
                        .isInstanceOf(TorchException.class);
                result.close();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void whatATaskThrowsReachesTheCallerAndTheRestIsFreed(int threads) {
        try (TorchWorkers workers = new TorchWorkers(threads)) {
            Tensor[] made = new Tensor[3];
            assertThatThrownBy(() -> workers.compute(3, i -> {
                if (i == 2) {
                    throw new IllegalArgumentException("the third");
                }
                made[i] = Tensors.scalar(i);
                return made[i];
            })).isInstanceOf(IllegalArgumentException.class).hasMessage("the third");
            assertThatThrownBy(made[0]::item).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(made[1]::item).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> workers.compute(2, i -> Tensors.zeros(2, 3).matmul(Tensors.zeros(2, 3))))
                    .isInstanceOf(TorchException.class);
            Tensor after = workers.compute(1, i -> Tensors.scalar(4)).getFirst();
            assertThat(after.item()).isEqualTo(4);
            after.close();
        }
    }

    @Test
    void anInterruptedComputationIsCancelled() {
        try (TorchWorkers workers = new TorchWorkers(2)) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> workers.compute(2, i -> {
                waitUntilInterrupted(); // what is done before anybody waits for it is not cancelled
                return Tensors.scalar(i);
            })).isInstanceOf(CancellationException.class);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    private static void waitUntilInterrupted() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void atLeastOneIsNeeded() {
        assertThatThrownBy(() -> new TorchWorkers(0)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("found 0");
    }
}
