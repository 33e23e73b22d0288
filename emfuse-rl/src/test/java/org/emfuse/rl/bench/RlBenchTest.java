package org.emfuse.rl.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.bytedeco.javacpp.Pointer;
import org.emfuse.rl.env.Environments;
import org.emfuse.rl.torch.TorchThreads;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The report's shape, and memory that stays where it is. */
class RlBenchTest {

    private static final UpdateShapes SMALL = new UpdateShapes(4, 2, List.of(16, 16), 32, 500);

    @Test
    void theReportHasItsFixedNamesAndEveryEnvironment() {
        List<String> heard = new ArrayList<>();
        RlBench bench = RlBench.run(SMALL, new RlBench.Settings(2, 10, 50, 3, 1), heard::add);
        Map<String, Object> json = bench.json();
        assertThat(json.get("sac_update_ms")).isInstanceOf(Double.class).isEqualTo(bench.sacUpdate().median());
        assertThat(json.get("env_steps_per_s"))
                .isEqualTo(Objects.requireNonNull(bench.stepRates().get("Pendulum-v1")).single());
        assertThat(map(json.get("env_steps_per_s_by_environment")).keySet())
                .isEqualTo(Set.copyOf(Environments.ids()));
        assertThat(bench.stepRates().values())
                .allSatisfy(rate -> assertThat(Math.min(rate.single(), rate.vectorised())).isPositive());
        Map<?, ?> shapes = map(json.get("shapes"));
        assertThat(shapes.get("batch")).isEqualTo(32);
        assertThat(shapes.get("hidden")).isEqualTo(List.of(16, 16));
        assertThat(shapes.get("observations")).isEqualTo(4);
        assertThat(shapes.get("vectorised_environments")).isEqualTo(3);
        assertThat(bench.sacUpdate().low()).isPositive().isLessThanOrEqualTo(bench.sacUpdate().median());
        assertThat(bench.sacUpdate().high()).isGreaterThanOrEqualTo(bench.sacUpdate().median());
        assertThat(json.get("threads")).isEqualTo("products 1, rest 1");
        assertThat(TorchThreads.effective()).isEqualTo("products 1, rest 1");
        assertThat(heard).hasSize(Environments.ids().size() + 1).last().asString().contains("updates");
    }

    private static Map<?, ?> map(@Nullable Object value) {
        assertThat(value).isInstanceOf(Map.class);
        return (Map<?, ?>) Objects.requireNonNull(value);
    }

    @Test
    void quantilesAreThoseOfTheDurations() {
        long[] nanos = new long[101];
        for (int i = 0; i <= 100; i++) {
            nanos[i] = (100 - i) * 1_000_000L;
        }
        UpdateTimes times = UpdateTimes.of(nanos);
        assertThat(times.median()).isEqualTo(50);
        assertThat(times.low()).isBetween(4.0, 6.0);
        assertThat(times.high()).isBetween(94.0, 96.0);
        assertThat(times.updates()).isEqualTo(101);
    }

    @Test
    void nothingToMeasureIsRefused() {
        assertThatThrownBy(() -> new RlBench.Settings(0, 0, 1, 1, 0)).hasMessageContaining("at least one update");
    }

    /** Native objects are counted exactly; resident memory has room for the heap and for compiled code. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aThousandUpdatesTakeNoMemory() throws IOException {
        try (SacUpdates updates = new SacUpdates(new UpdateShapes(11, 3, List.of(64, 64), 256, 1000), 1)) {
            updates.time(50, 1);
            long pointers = Pointer.totalCount();
            long resident = residentKiB();
            updates.time(0, 1000);
            assertThat(Pointer.totalCount()).isLessThanOrEqualTo(pointers);
            assertThat(residentKiB() - resident).isLessThan(400 * 1024);
        }
    }

    private static long residentKiB() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("VmRSS"))
                .map(line -> line.replaceAll("\\D", "")).mapToLong(Long::parseLong).findFirst().orElseThrow();
    }
}
