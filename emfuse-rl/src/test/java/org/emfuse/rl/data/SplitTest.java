package org.emfuse.rl.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Properties of splits by every rule. */
class SplitTest {

    private static final Transitions DATA = RandomEpisodes.of(1, RandomEpisodes.lengths(1, 60, 50));

    @TempDir
    private Path folder;

    private static SplitConfig config(SplitRule rule, long seed, List<Double> shares) {
        return new SplitConfig(rule, seed, shares,
                rule == SplitRule.SPEED_SORTED ? OptionalInt.of(1) : OptionalInt.empty());
    }

    private static SplitRecord split(Transitions data, SplitRule rule, long seed, int domains) {
        return Split.of(data, config(rule, seed, SplitConfig.equalShares(domains)), null);
    }

    @ParameterizedTest
    @EnumSource
    void everyEpisodeIsInOneDomainAndSizesAreBalanced(SplitRule rule) {
        for (int seed = 0; seed < 20; seed++) {
            int[] lengths = RandomEpisodes.lengths(seed, 5 + 3 * seed, 40);
            Transitions data = RandomEpisodes.of(seed, lengths);
            int longest = Arrays.stream(lengths).max().orElseThrow();
            for (List<Double> shares : List.of(SplitConfig.equalShares(2), SplitConfig.equalShares(3),
                    SplitConfig.equalShares(5), SplitConfig.SIZE_SKEW)) {
                SplitRecord record = Split.of(data, config(rule, seed, shares), null);
                List<Integer> all = record.domains().stream().flatMap(domain -> domain.episodes().stream()).sorted()
                        .toList();
                assertThat(all).isEqualTo(IntStream.range(0, lengths.length).boxed().toList());
                for (int d = 0; d < shares.size(); d++) {
                    SplitRecord.Domain domain = record.domains().get(d);
                    assertThat(domain.episodes()).isNotEmpty();
                    assertThat(domain.transitions())
                            .isEqualTo(domain.episodes().stream().mapToInt(e -> lengths[e]).sum());
                    double wanted = shares.get(d) * data.size();
                    if (wanted > longest) { // else one episode may be more than the share
                        double slack = rule == SplitRule.CLUSTER ? (shares.size() - 1) * longest : longest;
                        assertThat(domain.transitions() - wanted).as("%s %s domain %d of %d", rule, shares, d, seed)
                                .isBetween(-slack, (double) longest);
                    }
                }
            }
        }
    }

    @Test
    void sortedRulesOrderTheDomains() {
        Episodes episodes = Episodes.of(DATA);
        SplitRecord byReturn = split(DATA, SplitRule.RETURN_SORTED, 0, 3);
        SplitRecord bySpeed = split(DATA, SplitRule.SPEED_SORTED, 0, 3);
        double[] speeds = new double[episodes.size()];
        for (int e = 0; e < speeds.length; e++) {
            for (int i = episodes.get(e).start(); i < episodes.get(e).end(); i++) {
                speeds[e] += DATA.observations()[3 * i + 1] / episodes.get(e).length();
            }
        }
        for (int d = 1; d < 3; d++) {
            assertThat(extreme(byReturn, d - 1, episodes.returns(), true))
                    .isLessThan(extreme(byReturn, d, episodes.returns(), false));
            assertThat(extreme(bySpeed, d - 1, speeds, true)).isLessThan(extreme(bySpeed, d, speeds, false));
        }
        assertThat(byReturn.domains().getFirst().meanReturn())
                .isCloseTo(byReturn.domains().getFirst().episodes().stream()
                        .mapToDouble(e -> episodes.returns()[e]).average().orElseThrow(), within(1e-9));
    }

    private static double extreme(SplitRecord record, int domain, double[] values, boolean largest) {
        var selected = record.domains().get(domain).episodes().stream().mapToDouble(e -> values[e]);
        return largest ? selected.max().orElseThrow() : selected.min().orElseThrow();
    }

    @ParameterizedTest
    @EnumSource
    void seedsDecideWhatIsRandomAndNothingElse(SplitRule rule) {
        assertThat(split(DATA, rule, 7, 3)).isEqualTo(split(DATA, rule, 7, 3));
        Set<List<SplitRecord.Domain>> distinct = new HashSet<>();
        Set<String> hashes = new HashSet<>();
        for (int seed = 0; seed < 5; seed++) {
            SplitRecord record = split(DATA, rule, seed, 3);
            distinct.add(record.domains());
            hashes.add(record.sha256());
        }
        assertThat(hashes).hasSize(5); // the seed is recorded
        if (rule != SplitRule.CLUSTER) { // there restarts may agree or not
            assertThat(distinct).hasSize(rule == SplitRule.RANDOM ? 5 : 1);
        }
    }

    /** The order of the episodes in the data does not matter to rules that sort. */
    @ParameterizedTest
    @EnumSource(names = {"RETURN_SORTED", "SPEED_SORTED"})
    void permutedEpisodesGiveTheSameDomains(SplitRule rule) {
        Episodes episodes = Episodes.of(DATA);
        List<Integer> order = new ArrayList<>(IntStream.range(0, episodes.size()).boxed().toList());
        Collections.shuffle(order, new Random(3));
        SplitRecord plain = split(DATA, rule, 0, 4);
        SplitRecord permuted = split(episodes.select(order), rule, 0, 4);
        for (int d = 0; d < 4; d++) {
            assertThat(permuted.domains().get(d).episodes().stream().map(order::get).sorted().toList())
                    .isEqualTo(plain.domains().get(d).episodes());
        }
    }

    @Test
    void wellSeparatedClustersAreFound() {
        int episodes = 30;
        Transitions data = RandomEpisodes.of(2, IntStream.range(0, episodes).map(e -> 10).toArray());
        for (int i = 0; i < data.size(); i++) {
            int cluster = i / 10 % 3;
            // large and without meaning, small and with meaning, constant
            data.observations()[3 * i] = (i % 2 == 0 ? 100 : -100) + i / 10 * 17 % 5;
            data.observations()[3 * i + 1] = 0.01f * cluster;
            data.observations()[3 * i + 2] = 4;
        }
        for (int seed = 0; seed < 5; seed++) {
            SplitRecord record = split(data, SplitRule.CLUSTER, seed, 3);
            assertThat(record.domains()).allSatisfy(domain -> {
                assertThat(domain.episodes()).hasSize(10);
                assertThat(domain.episodes().stream().map(e -> e % 3).distinct()).hasSize(1);
            });
        }
    }

    @Test
    void equalEpisodesAreStillDividedAmongClusters() {
        Transitions data = RandomEpisodes.of(2, 5, 5, 5, 5);
        Arrays.fill(data.observations(), 1);
        assertThat(split(data, SplitRule.CLUSTER, 0, 4).domains()).allSatisfy(domain -> {
            assertThat(domain.episodes()).hasSize(1);
        });
    }

    @Test
    void oneLongEpisodeLeavesTheOthersADomainEach() {
        Transitions data = RandomEpisodes.of(2, 1000, 1, 1, 1);
        for (SplitRule rule : SplitRule.values()) {
            assertThat(split(data, rule, 0, 4).domains()).as(rule.name()).allSatisfy(domain -> {
                assertThat(domain.episodes()).hasSize(1);
            });
        }
    }

    @Test
    void theRecordIsWrittenReadAndApplied() throws IOException {
        SplitRecord record = Split.of(DATA, config(SplitRule.SPEED_SORTED, 5, SplitConfig.SIZE_SKEW), "abc");
        Path file = folder.resolve("split.json");
        record.write(file);
        assertThat(SplitRecord.read(file)).isEqualTo(record);
        assertThat(folder.toFile().list()).containsExactly("split.json");
        List<Transitions> domains = SplitRecord.read(file).apply(DATA);
        assertThat(domains.stream().mapToInt(Transitions::size).sum()).isEqualTo(DATA.size());
        EqualTransitions.check(domains.get(1), Episodes.of(DATA).select(record.domains().get(1).episodes()));
        assertThatThrownBy(() -> record.apply(domains.get(0))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("split it anew");
    }

    @Test
    void theHashCoversSettingsSourceAndEpisodes() {
        SplitConfig config = config(SplitRule.RANDOM, 5, SplitConfig.equalShares(3));
        assertThat(Split.of(DATA, config, "abc").sha256()).isNotEqualTo(Split.of(DATA, config, "abd").sha256())
                .isNotEqualTo(Split.of(DATA, config, null).sha256());
        assertThat(split(DATA, SplitRule.RETURN_SORTED, 0, 2).sha256())
                .isNotEqualTo(split(DATA, SplitRule.RETURN_SORTED, 0, 3).sha256());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"5 | 6 | was changed after it was written",
        "\"rule\" | \"rool\" | not the record",
        "RANDOM | RANDUM | not the record", "\"shares\" | \"shores\" | not the record",
        "{ | [ | not the record"})
    void changedRecordsAreRefused(String from, String to, String message) throws IOException {
        Path file = folder.resolve("split.json");
        Split.of(DATA, config(SplitRule.RANDOM, 55555, SplitConfig.equalShares(2)), null).write(file);
        Files.writeString(file, Files.readString(file).replaceFirst(java.util.regex.Pattern.quote(from), to));
        assertThatThrownBy(() -> SplitRecord.read(file)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(file.toString()).hasMessageContaining(message);
    }

    @Test
    void otherFilesAreRefused() throws IOException {
        for (String content : List.of("", "{}", "null", "[]", "trip,x\n", "{\"rule\": \"RANDOM\"}")) {
            Path file = Files.writeString(folder.resolve("other.json"), content);
            assertThatThrownBy(() -> SplitRecord.read(file)).as(content).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(file.toString());
        }
        assertThatThrownBy(() -> SplitRecord.read(folder.resolve("none.json")))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("does not exist");
    }

    @Test
    void impossibleSplitsAreRefused() {
        assertThatThrownBy(() -> SplitConfig.equalShares(1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("two domains or more");
        for (List<Double> shares : List.of(List.of(1.0), List.of(0.5, 0.4), List.of(1.5, -0.5),
                List.of(0.5, Double.NaN))) {
            assertThatThrownBy(() -> config(SplitRule.RANDOM, 0, shares)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> split(RandomEpisodes.of(0, 3, 3), SplitRule.RANDOM, 0, 3))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("2 episodes, too few for 3 domains");
        assertThatThrownBy(
                () -> new SplitConfig(SplitRule.SPEED_SORTED, 0, SplitConfig.SIZE_SKEW, OptionalInt.empty()))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("speed_sorted needs");
        assertThatThrownBy(() -> new SplitConfig(SplitRule.RANDOM, 0, SplitConfig.SIZE_SKEW, OptionalInt.of(1)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("only speed_sorted");
        SplitConfig outside = new SplitConfig(SplitRule.SPEED_SORTED, 0, SplitConfig.SIZE_SKEW, OptionalInt.of(3));
        assertThatThrownBy(() -> Split.of(DATA, outside, null)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no coordinate 3").hasMessageContaining("0 to 2");
    }

    @Test
    void coordinatesAreNamedOrNumbered() {
        List<String> names = List.of("height", "velocity");
        assertThat(SplitConfig.coordinate("velocity", names)).isEqualTo(1);
        assertThat(SplitConfig.coordinate("0", names)).isZero();
        assertThat(SplitConfig.coordinate("8", List.of())).isEqualTo(8);
        assertThatThrownBy(() -> SplitConfig.coordinate("velocty", names)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("did you mean 'velocity'");
        assertThatThrownBy(() -> SplitConfig.coordinate("velocity", List.of()))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("index from 0");
    }
}
