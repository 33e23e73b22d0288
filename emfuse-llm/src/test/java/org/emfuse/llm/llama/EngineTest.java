package org.emfuse.llm.llama;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.emfuse.llm.ContextSize;
import org.emfuse.llm.ExpertContext;
import org.emfuse.llm.Prompt;
import org.emfuse.llm.Row;
import org.emfuse.llm.Rows;
import org.emfuse.llm.SequenceId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A test that runs on every engine, with experts on a tiny model. */
@ParameterizedClass
@EnumSource(TestEngine.class)
@SuppressWarnings("NullAway.Init")
abstract class EngineTest {

    /** Batched and single evaluation of float32 weights may differ by so much, in nats. */
    static final double SHAPE = 2e-3;

    static final Prompt QUESTION = Prompt.user("is the answer in the question?");

    @Parameter
    TestEngine engine;

    @TempDir
    Path folder;

    TinyExperts experts;

    @BeforeEach
    void loadModel() {
        experts = new TinyExperts(engine.load(), folder);
    }

    @AfterEach
    void closeModel() {
        // Not open where the engine is missing and the test is skipped.
        if (experts != null) {
            experts.close();
        }
    }

    /** A context of the plain model, on one thread so that tests are quick on a busy machine. */
    ExpertContext open(int sequences, int tokens, int batch) {
        return experts.expert(TinyExperts.BASE).open(new ContextSize(sequences, tokens, batch, 1));
    }

    ExpertContext open() {
        return open(8, 512, 128);
    }

    /** Evaluates all that is queued and reads every row that became ready on the way. */
    static ReadRows evaluate(ExpertContext context) {
        Map<Row, float[]> found = new LinkedHashMap<>();
        boolean more = true;
        while (more) {
            more = context.evaluate();
            for (Row row : context.rows()) {
                assertThat(found.put(row, energies(context, row))).as("%s was ready twice", row).isNull();
            }
        }
        return new ReadRows(found);
    }

    static float[] energies(ExpertContext context, Row row) {
        float[] energies = new float[context.vocabulary().size()];
        context.energies(row, energies);
        return energies;
    }

    /** Appends tokens one evaluation at a time, and returns the rows after each. */
    static List<float[]> appendSingly(ExpertContext context, SequenceId sequence, int... tokens) {
        List<float[]> rows = new ArrayList<>();
        for (int token : tokens) {
            context.append(sequence, new int[]{token}, Rows.LAST);
            rows.add(energyAfter(context, sequence));
        }
        return rows;
    }

    /** Evaluates, and reads the row after the last token of the sequence. */
    static float[] energyAfter(ExpertContext context, SequenceId sequence) {
        return evaluate(context).at(sequence, context.generated(sequence));
    }

    static double largestDifference(float[] a, float[] b) {
        assertThat(a).hasSameSizeAs(b);
        double most = 0;
        for (int v = 0; v < a.length; v++) {
            most = Math.max(most, Math.abs(a[v] - b[v]));
        }
        return most;
    }
}
