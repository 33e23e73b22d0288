package org.emfuse.llm.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.emfuse.fusion.Additive;
import org.emfuse.fusion.EmSelect;
import org.emfuse.fusion.Mixture;
import org.emfuse.fusion.Selector;
import org.emfuse.fusion.Weighting;
import org.emfuse.llm.Method;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Experts files: what they say, and what is said about wrong ones. */
class ExpertsFileTest {

    private static final String EXPERTS = """
            experts:
              - name: a
                adapter: a.gguf
              - name: b
                model: b.gguf
                weight: 0.75
                temperature: 2
                system: &text Be kind
              - {name: c, system: *text, weight: 0.25}
            """;

    private static ExpertsFile parse(String text) {
        return ExpertsFile.parse(Path.of("team.yaml"), text);
    }

    @Test
    void defaultsAreThoseOfThePaper() {
        ExpertsFile file = parse("base: m\n" + EXPERTS);
        assertThat(file.rule()).isEqualTo("additive");
        assertThat(file.weights()).isEqualTo("uniform");
        assertThat(file.selector()).isEqualTo(Selector.KING_OF_HILL);
        assertThat(file.alpha()).isEqualTo(0.5);
        assertThat(file.tau()).isEqualTo(1);
        assertThat(file.names()).containsExactly("a", "b", "c");
        assertThat(file.experts().get(0).temperature()).isEqualTo(1);
    }

    @Test
    void everythingThatIsWrittenIsRead() {
        ExpertsFile file = parse("base: m\nweights: {kind: prompt, tau: 0.1}\nrule: emselect\nselector: round-robin\n"
                + "alpha: 0.4\n" + EXPERTS);
        assertThat(file.weights()).isEqualTo("prompt");
        assertThat(file.tau()).isEqualTo(0.1);
        assertThat(file.selector()).isEqualTo(Selector.ROUND_ROBIN);
        assertThat(file.alpha()).isEqualTo(0.4);
        ExpertEntry b = file.experts().get(1);
        assertThat(b.model()).contains("b.gguf");
        assertThat(b.temperature()).isEqualTo(2);
        assertThat(file.experts().get(2).system()).as("an alias").contains("Be kind");
        assertThat(parse("base: m\nweights: entropy\nbeta: 3\n" + EXPERTS).beta()).isEqualTo(3);
    }

    @Test
    void unknownKeysGetTheNearestValidOne() {
        assertThatThrownBy(() -> parse("base: m\nselektor: STICKY\n" + EXPERTS)).isInstanceOf(
                IllegalArgumentException.class).hasMessageContaining("team.yaml").hasMessageContaining("selektor")
                .hasMessageContaining("did you mean 'selector'");
        assertThatThrownBy(() -> parse("base: m\nexperts:\n  - name: a\n    adaptor: x\n"))
                .hasMessageContaining("experts[0]").hasMessageContaining("did you mean 'adapter'");
        assertThatThrownBy(() -> parse("base: m\nqwertz: 1\n" + EXPERTS)).hasMessageContaining("Known keys: base");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "base: m                                                   | experts",
        "base: m\\nexperts: []                                     | experts",
        "base: m\\nexperts: x                                      | expected a list",
        "experts: [{name: a}]                                      | no 'base'",
        "base: m\\nexperts: [{adapter: x}]                         | 'name' is missing",
        "base: m\\nexperts: [{name: a}, {name: a}]                 | taken",
        "base: m\\nexperts: [{name: a, weight: -1}]                | weight",
        "base: m\\nexperts: [{name: a, weight: heavy}]             | expected a number",
        "base: m\\nexperts: [{name: a, temperature: 0}]            | temperature",
        "base: m\\nexperts: [{name: a, temperature: 1.0e-300}]     | at least 1.0E-6",
        "base: m\\nexperts: [a]                                    | experts[0]",
        "base: m\\nalpha: 2\\nexperts: [{name: a}]                  | alpha",
        "base: m\\ntau: 0\\nexperts: [{name: a}]                    | tau",
        "base: m\\nbeta: -1\\nexperts: [{name: a}]                  | beta",
        "base: m\\nrule: addtive\\nexperts: [{name: a}]            | did you mean 'additive'",
        "base: m\\nweights: unifrom\\nexperts: [{name: a}]         | did you mean 'uniform'",
        "base: m\\nselector: KING\\nexperts: [{name: a}]           | unknown selector",
        "base: m\\nweights: fixed\\nexperts: [{name: a, weight: 0.5}, {name: b, weight: 0.4}] | sum to 1",
        "base: [m\\nexperts: x                                     | line",
        "base: m\\nbase: n\\nexperts: [{name: a}]                  | base",
        "just text                                                 | expected keys"})
    void whatIsWrongIsSaidInOneMessage(String text, String expected) {
        assertThatThrownBy(() -> parse(text.strip().replace("\\n", "\n"))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("team.yaml").hasMessageContaining(expected.strip());
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> ExpertsFile.read(Path.of("nowhere.yaml"))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nowhere.yaml").hasMessageContaining("does not exist");
    }

    @Test
    void methodsAreRulesTimesTheWeightsThatTheyHeed() {
        List<String> notices = new ArrayList<>();
        List<Weighting> weightings = List.of(new Weighting.Uniform(), new Weighting.Prompt(0.1));
        List<Method> methods = Methods.of(List.of(new Additive(), EmSelect.DEFAULT, new Mixture()), weightings,
                notices::add);
        assertThat(methods).extracting(Method::name).containsExactly("emfuse", "emfuse-prompt", "emselect", "mixture",
                "mixture-prompt");
        assertThat(notices).singleElement().asString().contains("emselect");
        EmSelect consensus = new EmSelect(0.5, Selector.CONSENSUS, 0, 0);
        assertThat(Methods.of(List.of(consensus), weightings, notices::add)).extracting(Method::name)
                .containsExactly("emselect", "emselect-prompt");
        assertThat(notices).hasSize(1);
    }

    @Test
    void fixedWeightsAreTheExpertsOwnAndUniformWhereNoneIsGiven() {
        assertThat(parse("base: m\nweights: fixed\nexperts: [{name: a}, {name: b}]").fixedWeights().toArray())
                .containsExactly(0.5, 0.5);
        assertThat(parse("base: m\nexperts: [{name: a, weight: 0.9}, {name: b, weight: 0.1}]").fixedWeights().toArray())
                .containsExactly(0.9, 0.1);
    }
}
