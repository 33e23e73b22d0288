package org.emfuse.llm.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows in, intervals out. */
class DecisionRowsTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @Test
    void aRowHasWhatTheLineSays() {
        DecisionRow row = DecisionRows.parse("f", 3,
                "{\"id\": 7, \"question\": \"q\", \"choices\": [\"a\", \"b\"], \"answer\": \"b\", \"more\": [1]}");
        assertThat(row).isEqualTo(new DecisionRow("7", "q", List.of("a", "b"), 1, null, null));
        assertThat(DecisionRows.parse("f", 3, "{\"question\":\"q\",\"choices\":[\"a\"]}").id()).isEqualTo("3");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{\"question\": \"q\", \"choices\": null}                              | choices",
        "{\"question\": \"q\"}                                                 | choices",
        "{\"question\": \"q\", \"choices\": []}                                | at least one choice",
        "{\"question\": \"q\", \"choices\": [\"a\", \"a\"]}                    | twice",
        "{\"question\": \"q\", \"choices\": [\"a\", \"\"]}                     | empty",
        "{\"question\": \"q\", \"choices\": [\"a\", 5]}                        | a choice as a text",
        "{\"question\": 5, \"choices\": [\"a\"]}                               | question",
        "{\"choices\": [\"a\"]}                                                | question",
        "{\"question\": \" \", \"choices\": [\"a\"]}                           | question",
        "{\"question\": \"q\", \"choices\": [\"a\"], \"answer\": 1}            | answer",
        "{\"question\": \"q\", \"choices\": [\"a\"], \"answer\": \"z\"}        | answer",
        "{\"question\": \"q\", \"choices\": [\"a\"]                            | broken JSON",
        "{\"question\": \"q\", \"choices\": [\"a\"]} trailing                  | broken JSON",
        "[1, 2]                                                                | JSON object",
        "nonsense                                                              | broken JSON"})
    void aWrongLineIsNamedWithFileAndNumber(String line, String expected) {
        assertThatThrownBy(() -> DecisionRows.parse("rows.jsonl", 17, line.strip()))
                .isInstanceOf(DecisionRows.InvalidRowException.class).hasMessageContaining("rows.jsonl, line 17")
                .hasMessageContaining(expected.strip()).hasMessageNotContaining("Source");
    }

    @Test
    void filesAreReadInOrderWithBlankLinesAndLimits() throws IOException {
        Path file = Files.writeString(folder.resolve("rows.jsonl"),
                "\uFEFF{\"id\":\"a\",\"question\":\"q\",\"choices\":[\"x\"]}\n\n"
                        + "{\"id\":\"b\",\"question\":\"q\",\"choices\":[\"x\"]}\r\nbroken\n{\"id\":\"c\",\"question\":\"q\",\"choices\":[\"x\"]}");
        List<String> ids = new ArrayList<>();
        assertThatThrownBy(() -> DecisionRows.read(file, "rows", 99, false, row -> ids.add(row.id())))
                .hasMessageContaining("rows, line 4");
        ids.clear();
        DecisionRows.Summary summary = DecisionRows.read(file, "rows", 99, true, row -> ids.add(row.id()));
        assertThat(ids).containsExactly("a", "b", "c");
        assertThat(summary.skipped()).isEqualTo(1);
        DecisionRows.Summary two = DecisionRows.read(file, "rows", 2, false, row -> {});
        assertThat(two.rows()).isEqualTo(2);
        assertThat(two.sha256()).isNotEqualTo(summary.sha256());
    }

    @Test
    void repeatedIdsAndOtherEncodingsAreRefused() throws IOException {
        String line = "{\"id\":\"a\",\"question\":\"q\",\"choices\":[\"x\"]}\n";
        Path twice = Files.writeString(folder.resolve("twice"), line + line);
        assertThatThrownBy(() -> DecisionRows.read(twice, "twice", 9, false, row -> {})).hasMessageContaining("line 2")
                .hasMessageContaining("'a'");
        Path latin = Files.write(folder.resolve("latin"), new byte[]{'{', '"', (byte) 0xE4, '"', '\n'});
        assertThatThrownBy(() -> DecisionRows.read(latin, "latin", 9, false, row -> {})).hasMessageContaining("UTF-8");
        assertThatThrownBy(() -> DecisionRows.read(folder.resolve("no"), "no", 9, false, row -> {}))
                .hasMessageContaining("does not exist");
    }

    @Test
    void wilsonIntervalsAreThoseOfTheTextbook() {
        // 8 of 10 at 95 %: Wilson's score interval is 0.4902 to 0.9433.
        Accuracy accuracy = new Accuracy(8, 10);
        assertThat(accuracy.value()).isEqualTo(0.8);
        assertThat(accuracy.low()).isCloseTo(0.4902, within(1e-4));
        assertThat(accuracy.high()).isCloseTo(0.9433, within(1e-4));
        assertThat(new Accuracy(0, 5).low()).isCloseTo(0, within(1e-12));
        assertThat(new Accuracy(5, 5).high()).isCloseTo(1, within(1e-12));
        assertThatThrownBy(() -> new Accuracy(3, 2)).hasMessageContaining("3 of 2");
    }
}
