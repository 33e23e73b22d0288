package org.emfuse.rl.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import org.emfuse.rl.random.RandomStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CSV logs: what becomes of rows, what happens at the ends of episodes, and files that are wrong. */
class CsvImportTest {

    private static final String MAPPING = "observation=x,v;action=u;reward=r;episode=trip;time=t;terminal=done";

    @TempDir
    private Path folder;

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("log.csv"), content);
    }

    private Transitions read(String content, String mapping) throws IOException {
        return TableImport.read(file(content), ColumnMapping.parse(mapping)).transitions();
    }

    @Test
    void scatteredRowsAreGroupedAndSorted() throws IOException {
        ImportedTable table = TableImport.read(file("""
                trip,t,x,v,u,r,done,comment
                b,2,12,-12,0.5,3,false,"one, two
                three"
                a,0,0,0,1,10,0,
                b,1,11,-11,0.25,2,no,"says \""so\"""

                a,1,1,-1,2,20,1,
                b,0,10,-10,0.125,1,F,
                """), ColumnMapping.parse(MAPPING));
        EqualTransitions.check(table.transitions(),
                new Transitions(2, 1, new float[]{10, -10, 11, -11, 0, 0}, new float[]{0.125f, 0.25f, 1},
                        new float[]{1, 2, 10}, new float[]{11, -11, 12, -12, 1, -1}, new boolean[]{false, false, true},
                        new boolean[]{false, true, false}));
        assertThat(table.episodeIds()).containsExactly("b", "a");
        assertThat(table.rows()).isEqualTo(5);
        assertThat(table.unusedLastRows()).isEqualTo(2);
    }

    @Test
    void withoutTimeTheFilesOrderCounts() throws IOException {
        Transitions found = read("x,u,r,e\n3,0,0,k\n1,0,0,k\n2,0,0,k\n", "observation=x;action=u;reward=r;episode=e");
        assertThat(found.observations()).containsExactly(3, 1);
        assertThat(found.nextObservations()).containsExactly(1, 2);
        assertThat(found.timeouts()).containsExactly(false, true);
    }

    /** The flag of the last action, of the state it led to, or both: the last transition used is terminal. */
    @ParameterizedTest
    @CsvSource({"0,0,0,false", "0,1,0,true", "0,0,1,true", "0,1,1,true"})
    void withoutNextObservationsTheLastTwoRowsMayCarryTheFlag(int first, int second, int third, boolean terminal)
            throws IOException {
        Transitions found = read("x,u,r,e,d\n1,1,1,k,%d\n2,2,2,k,%d\n3,3,3,k,%d\n".formatted(first, second, third),
                "observation=x;action=u;reward=r;episode=e;terminal=d");
        assertThat(found.rewards()).containsExactly(1, 2);
        assertThat(found.terminals()).containsExactly(false, terminal);
        assertThat(found.timeouts()).containsExactly(false, !terminal);
    }

    @Test
    void aFlagBeforeTheEndIsAnError() throws IOException {
        Path early = file("x,u,r,e,d,c\n1,1,1,k,0,0\n2,2,2,k,1,0\n3,3,3,k,0,0\n4,4,4,k,0,0\n");
        assertThatThrownBy(() -> TableImport.read(early,
                ColumnMapping.parse("observation=x;action=u;reward=r;episode=e;terminal=d")))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("line 3, column 'd'")
                .hasMessageContaining("episode 'k' ends there but goes on in line 4");
        Path cut = file("x,u,r,e,c,y\n1,1,1,k,yes,1\n2,2,2,k,no,1\n");
        assertThatThrownBy(() -> TableImport.read(cut,
                ColumnMapping.parse("observation=x;action=u;reward=r;episode=e;timeout=c;next_observation=y")))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("line 2, column 'c'");
    }

    @Test
    void withNextObservationsEveryRowCounts() throws IOException {
        ImportedTable table = TableImport.read(file("x,u,r,e,d,y\n1,1,1,k,0,2\n2,2,2,k,1,9\n5,5,5,l,0,6\n"),
                ColumnMapping.parse("observation=x;action=u;reward=r;episode=e;terminal=d;next_observation=y"));
        Transitions found = table.transitions();
        assertThat(found.observations()).containsExactly(1, 2, 5);
        assertThat(found.nextObservations()).containsExactly(2, 9, 6);
        assertThat(found.terminals()).containsExactly(false, true, false);
        assertThat(found.timeouts()).containsExactly(false, false, true);
        assertThat(table.singleRowEpisodes()).isZero();
        assertThat(table.notes()).isEmpty();
    }

    @Test
    void episodesOfOneRowAreLeftOutAndCounted() throws IOException {
        ImportedTable table = TableImport.read(file("x,u,r,e\n9,9,9,lone\n1,1,1,k\n2,,,k\n8,8,8,only\n"),
                ColumnMapping.parse("observation=x;action=u;reward=r;episode=e"));
        assertThat(table.transitions().observations()).containsExactly(1);
        assertThat(table.episodeIds()).containsExactly("k");
        assertThat(table.singleRowEpisodes()).isEqualTo(2);
        assertThat(table.unusedLastRows()).isZero(); // the last row of k has neither action nor reward
        assertThat(table.notes()).containsExactly("episodes of one row, left out: 2");
        Path lone = file("x,u,r,e\n1,1,1,a\n2,2,2,b\n");
        assertThatThrownBy(
                () -> TableImport.read(lone, ColumnMapping.parse("observation=x;action=u;reward=r;episode=e")))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("no episode of two rows");
    }

    @Test
    void anActionMayBeMissingInTheLastRowOnly() throws IOException {
        Path file = file("x,u,r,e\n1,1,1,k\n2,,2,k\n3,,,k\n");
        assertThatThrownBy(
                () -> TableImport.read(file, ColumnMapping.parse("observation=x;action=u;reward=r;episode=e")))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("line 3, column 'u'")
                .hasMessageContaining("an empty cell (only the last row");
    }

    @Test
    void timesMayBeCalendarTimesOrLongNumbers() throws IOException {
        String mapping = "observation=x;action=u;reward=r;episode=e;time=t";
        assertThat(read("""
                t,x,u,r,e
                2026-01-31T10:00:00.5+02:00,3,0,0,k
                2026-01-31 08:00:00.25Z,2,0,0,k
                2026-01-31T07:59:59,1,0,0,k
                2026-01-31,0,0,0,k
                """, mapping).observations()).containsExactly(0, 1, 2);
        // equal as doubles
        assertThat(read(
                "t,x,u,r,e\n1769860000000000002,2,0,0,k\n1769860000000000001,1,0,0,k\n1769860000000000003,3,0,0,k\n",
                mapping).observations()).containsExactly(1, 2);
        assertThat(read("t,x,u,r,e\n1.5,2,0,0,k\n-1e1,1,0,0,k\n2,3,0,0,k\n", mapping).observations()).containsExactly(1,
                2);
        Path mixed = file("t,x,u,r,e\n1.5,2,0,0,k\n2026-01-31,1,0,0,k\n");
        assertThatThrownBy(() -> TableImport.read(mixed, ColumnMapping.parse(mapping)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("line 3, column 't'")
                .hasMessageContaining("a number, as in the rows before");
    }

    @Test
    void equalTimesKeepTheFilesOrder() throws IOException {
        ImportedTable table = TableImport.read(file("t,x,u,r,e\n1,5,0,0,k\n1,4,0,0,k\n0,3,0,0,k\n1,2,0,0,k\n"),
                ColumnMapping.parse("observation=x;action=u;reward=r;episode=e;time=t"));
        assertThat(table.transitions().observations()).containsExactly(3, 5, 4);
        assertThat(table.equalTimes()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"abc | a finite number, found 'abc'", "NaN | a finite number, found 'NaN'",
        "-inf | a finite number, found '-inf'", "1f | a finite number, found '1f'",
        "0x1p3 | a finite number, found '0x1p3'", "1e39 | at most 3.4e38", "1e999 | a finite number",
        "1.2.3 | a finite number, found '1.2.3'", "\"1,5\" | a number with a decimal point, found '1,5'",
        "'' | an empty cell", "' ' | an empty cell", "1e | a finite number, found '1e'",
        "- | a finite number, found '-'"})
    void cellsThatAreNoNumbersAreNamed(String cell, String message) throws IOException {
        Path file = file("x,u,r,e\n1,1,1,k\n" + cell + ",1,1,k\n3,3,3,k\n");
        assertThatThrownBy(
                () -> TableImport.read(file, ColumnMapping.parse("observation=x;action=u;reward=r;episode=e")))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(file + ", line 3, column 'x'")
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "x,u,r,e,done;1,1,1,k,maybe;2,2,2,k,0 | line 2, column 'done': expected true or false (or yes, no, 1, 0), found 'maybe'",
        "x,u,r,e,done;1,1,1,k,;2,2,2,k,0 | line 2, column 'done': expected true or false, found an empty cell",
        "x,u,r,e,done;1,1,1,,0;2,2,2,k,0 | line 2, column 'e': expected the id of an episode, found an empty cell",
        "x,u,r,e,done;1,1,1,k,0;2,2,2,k | line 3 has 4 cells, expected 5",
        "x,u,r,e,done;1,1,1,k,0;2,2,2,k,0,7 | line 3 has 6 cells, expected 5",
        "x,u,r,e,donne;1,1,1,k,0;2,2,2,k,0 | did you mean 'donne'",
        "x,u,r,e,done,x;1,1,1,k,0,1;2,2,2,k,0,1 | 2 columns named 'x'", "x,u,r,e,done | has no rows",
        "x,u,r,e,done;1,1,1,\"k,0;2,2,2,k,0 | is no CSV", "x,u,r,e,done;1,1,1,\"k\"z,0;2,2,2,k,0 | is no CSV"})
    void wrongTablesAreNamed(String table, String message) throws IOException {
        Path file = file(table.replace(';', '\n') + "\n");
        assertThatThrownBy(
                () -> TableImport.read(file,
                        ColumnMapping.parse("observation=x;action=u;reward=r;episode=e;terminal=done")))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(file.toString())
                .hasMessageContaining(message);
    }

    @Test
    void emptyAndMissingFilesAreNamed() throws IOException {
        ColumnMapping mapping = ColumnMapping.parse("observation=x;action=u;reward=r;episode=e");
        for (String content : new String[]{"", "\n\n", "\ufeff"}) {
            Path empty = file(content);
            assertThatThrownBy(() -> TableImport.read(empty, mapping)).as(content)
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("is empty");
        }
        assertThatThrownBy(() -> TableImport.read(folder.resolve("none.csv"), mapping))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("does not exist");
        assertThatThrownBy(() -> TableImport.read(folder, mapping)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE"})
    void aByteOrderMarkIsNoPartOfTheFirstName(String charset) throws IOException {
        Path file = Files.write(folder.resolve("bom.csv"),
                "\ufeffhöhe,u,r,e\n1,1,1,k\n2,2,2,k\n".getBytes(Charset.forName(charset)));
        assertThat(TableImport.read(file, ColumnMapping.parse("observation=höhe;action=u;reward=r;episode=e"))
                .transitions()
                .observations()).containsExactly(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "ISO-8859-1"})
    void otherEncodingsWithoutAMarkAreRefused(String charset) throws IOException {
        Path file = Files.write(folder.resolve("other.csv"),
                "höhe,u,r,e\n1,1,1,k\n2,2,2,k\n".getBytes(Charset.forName(charset)));
        assertThatThrownBy(
                () -> TableImport.read(file, ColumnMapping.parse("observation=höhe;action=u;reward=r;episode=e")))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("save it as UTF-8");
    }

    @Test
    void otherDelimitersAreAnOptionAndAHint() throws IOException {
        ColumnMapping mapping = ColumnMapping.parse("observation=x;action=u;reward=r;episode=e");
        Path file = file("x;u;r;e\n1;1;1;k\n2;2;2;k\n");
        assertThat(TableImport.read(file, mapping, ';').transitions().size()).isEqualTo(1);
        assertThatThrownBy(() -> TableImport.read(file, mapping)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("set the delimiter to ';'");
        Path tabs = file("x\tu\tr\te\n1\t1\t1\tk\n2\t2\t2\tk\n");
        assertThat(TableImport.read(tabs, mapping, '\t').transitions().size()).isEqualTo(1);
        assertThatThrownBy(() -> TableImport.read(tabs, mapping)).hasMessageContaining("set the delimiter to a tab");
    }

    @Test
    void aQuoteThatNobodyClosesDoesNotFillTheMemory() throws IOException {
        Path file = folder.resolve("huge.csv");
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write("x,u,r,e\n1,1,1,\"k\n");
            for (int i = 0; i < 2_000_000; i++) {
                out.write("2,2,2,k,2,2,2\n");
            }
        }
        assertThatThrownBy(
                () -> TableImport.read(file, ColumnMapping.parse("observation=x;action=u;reward=r;episode=e")))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("a quote that is not closed");
    }

    @Test
    void randomBytesAreOneMessage() throws IOException {
        RandomStream random = RandomStream.of(3, "bytes");
        ColumnMapping mapping = ColumnMapping.parse("observation=x;action=u;reward=r;episode=e");
        byte[] good = "x,u,r,e\n1,1,1,k\n2,2,2,k\n3,3,\"3\",k\n".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 500; i++) {
            byte[] bytes = good.clone();
            for (int j = 0; j <= i % 4; j++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            Path file = Files.write(folder.resolve("noise.csv"), bytes);
            try {
                assertThat(TableImport.read(file, mapping).transitions().size()).isPositive(); // a harmless change
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageContaining(file.toString());
            }
        }
    }

    /** More rows than a block of the collector holds, two episodes interleaved, against a plain reading of the same text. */
    @Test
    void manyRowsAreReadAsAPlainReaderReadsThem() throws IOException {
        RandomStream random = RandomStream.of(1, "rows");
        int n = 40_001;
        StringBuilder text = new StringBuilder("x,v,u,r,e\n");
        double[][] rows = new double[n][4];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < 4; j++) {
                rows[i][j] = random.uniform(-1, 1);
                text.append(rows[i][j]).append(',');
            }
            text.append(i % 2 == 0 ? "even" : "odd").append('\n');
        }
        Transitions found = read(text.toString(), "observation=x,v;action=u;reward=r;episode=e");
        assertThat(found.size()).isEqualTo(n - 2);
        int evens = n / 2; // transitions of the even rows
        for (int k = 0; k < found.size(); k++) {
            int row = k < evens ? 2 * k : 2 * (k - evens) + 1;
            assertThat(found.observations()[2 * k]).isEqualTo((float) rows[row][0]);
            assertThat(found.observations()[2 * k + 1]).isEqualTo((float) rows[row][1]);
            assertThat(found.actions()[k]).isEqualTo((float) rows[row][2]);
            assertThat(found.rewards()[k]).isEqualTo((float) rows[row][3]);
            assertThat(found.nextObservations()[2 * k + 1]).isEqualTo((float) rows[row + 2][1]);
            assertThat(found.timeouts()[k]).isEqualTo(k == evens - 1 || k == found.size() - 1);
        }
    }
}
