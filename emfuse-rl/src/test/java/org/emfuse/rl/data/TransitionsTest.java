package org.emfuse.rl.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.emfuse.record.Sha256;
import org.emfuse.rl.random.RandomStream;
import org.junit.jupiter.api.Test;

/** Slices, joins, hashes and checks of logged transitions. */
class TransitionsTest {

    /** Random transitions of 3 observation and 2 action coordinates. */
    static Transitions random(long seed, int n) {
        RandomStream random = RandomStream.of(seed, "transitions");
        Transitions all = new Transitions(3, 2, new float[3 * n], new float[2 * n], new float[n], new float[3 * n],
                new boolean[n], new boolean[n]);
        for (float[] values : List.of(all.observations(), all.actions(), all.rewards(), all.nextObservations())) {
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.gaussian();
            }
        }
        for (int i = 0; i < n; i++) {
            all.terminals()[i] = random.nextDouble() < 0.1;
            all.timeouts()[i] = !all.terminals()[i] && random.nextDouble() < 0.1;
        }
        return all;
    }

    @Test
    void whatIsCutAndJoinedIsUnchanged() {
        Transitions all = random(1, 50);
        for (int cut : new int[]{0, 1, 17, 50}) {
            Transitions joined = Transitions.concat(List.of(all.rows(0, cut), all.rows(cut, 50)));
            assertThat(joined.contentHash()).as("cut at %d", cut).isEqualTo(all.contentHash());
        }
        Transitions row = all.rows(17, 18);
        assertThat(row.actions()).containsExactly(all.actions()[34], all.actions()[35]);
        assertThat(row.nextObservations()).containsExactly(all.nextObservations()[51], all.nextObservations()[52],
                all.nextObservations()[53]);
        row.rewards()[0] = 1e6f;
        assertThat(all.rewards()[17]).isNotEqualTo(1e6f);
    }

    @Test
    void impossibleCutsAndJoinsAreRefused() {
        Transitions all = random(1, 5);
        assertThatThrownBy(() -> all.rows(-1, 2)).hasMessageContaining("there are 5");
        assertThatThrownBy(() -> all.rows(3, 2)).hasMessageContaining("rows 3 to 2");
        assertThatThrownBy(() -> all.rows(0, 6)).hasMessageContaining("rows 0 to 6");
        Transitions other = new Transitions(1, 2, new float[1], new float[2], new float[1], new float[1],
                new boolean[1], new boolean[1]);
        assertThatThrownBy(() -> Transitions.concat(List.of(all, other)))
                .hasMessageContaining("3 observation and 2 action").hasMessageContaining("of 1 and 2");
        assertThatThrownBy(() -> Transitions.concat(List.of())).hasMessageContaining("no transitions");
    }

    /** The definition, written out: the hash is recorded beside results and must not drift. */
    @Test
    void theHashIsOfNamesShapesAndLittleEndianValues() {
        Transitions two = new Transitions(1, 1, new float[]{1, 2}, new float[]{3, 4}, new float[]{5, 6},
                new float[]{7, 8}, new boolean[]{false, true}, new boolean[]{true, false});
        ByteBuffer bytes = ByteBuffer.allocate(300).order(ByteOrder.LITTLE_ENDIAN);
        put(bytes, "observations", 2, 1).putFloat(1).putFloat(2);
        put(bytes, "actions", 2, 1).putFloat(3).putFloat(4);
        put(bytes, "rewards", 2).putFloat(5).putFloat(6);
        put(bytes, "next_observations", 2, 1).putFloat(7).putFloat(8);
        put(bytes, "terminals", 2).put((byte) 0).put((byte) 1);
        put(bytes, "timeouts", 2).put((byte) 1).put((byte) 0);
        byte[] content = new byte[bytes.flip().remaining()];
        bytes.get(content);
        assertThat(two.contentHash()).isEqualTo(Sha256.of(content));
    }

    private static ByteBuffer put(ByteBuffer bytes, String name, int... shape) {
        bytes.put(name.getBytes(StandardCharsets.UTF_8)).putInt(shape.length);
        for (int size : shape) {
            bytes.putInt(size);
        }
        return bytes;
    }

    @Test
    void everyValueCountsInTheHash() {
        int n = 20_000; // more than a block
        Set<String> hashes = new HashSet<>();
        List<Transitions> changed = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            changed.add(random(2, n));
        }
        changed.get(0).observations()[3 * n - 1]++;
        changed.get(1).actions()[20_001]++;
        changed.get(2).rewards()[n - 1]++;
        changed.get(3).nextObservations()[0]++;
        changed.get(4).terminals()[n - 1] ^= true;
        changed.get(5).timeouts()[0] ^= true;
        changed.add(random(2, n));
        changed.forEach(each -> hashes.add(each.contentHash()));
        assertThat(hashes).hasSize(7);
        Transitions wide = new Transitions(2, 1, new float[4], new float[2], new float[2], new float[4],
                new boolean[2], new boolean[2]);
        Transitions deep = new Transitions(1, 2, new float[2], new float[4], new float[2], new float[2],
                new boolean[2], new boolean[2]);
        assertThat(wide.contentHash()).isNotEqualTo(deep.contentHash());
    }

    @Test
    void theFirstValueThatIsNotFiniteIsNamed() {
        Transitions all = random(4, 10);
        assertThat(all.requireFinite("here")).isSameAs(all);
        all.nextObservations()[3 * 7 + 2] = Float.NaN;
        assertThatThrownBy(() -> all.requireFinite("log A")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("log A: next_observations holds NaN in row 7, column 2");
        all.rewards()[9] = Float.NEGATIVE_INFINITY;
        assertThatThrownBy(() -> all.requireFinite("log A")).hasMessageContaining("rewards holds -Infinity in row 9");
        all.actions()[3] = Float.POSITIVE_INFINITY;
        assertThatThrownBy(() -> all.requireFinite("log A")).hasMessageContaining("actions holds Infinity in row 1,")
                .hasMessageContaining("column 1");
    }
}
