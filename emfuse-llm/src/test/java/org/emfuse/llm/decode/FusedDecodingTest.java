package org.emfuse.llm.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

import org.emfuse.energy.ExpertWeights;
import org.emfuse.fusion.Additive;
import org.emfuse.fusion.EmSelect;
import org.emfuse.fusion.Mixture;
import org.emfuse.fusion.Weighting;
import org.emfuse.llm.Explanation;
import org.emfuse.llm.Expert;
import org.emfuse.llm.FusedExpert;
import org.emfuse.llm.Prompt;
import org.emfuse.llm.TableExpert;
import org.emfuse.llm.TableVocabulary;
import org.emfuse.llm.sampling.SamplingParams;
import org.junit.jupiter.api.Test;

/** The whole way from experts to tokens, against distributions that are computed by hand. */
class FusedDecodingTest {

    private static final TableVocabulary V = TableVocabulary.SMALL;

    private static TableExpert table(String name, long seed) {
        return TableExpert.random(name, V, seed);
    }

    private static FusedExpert fused(List<? extends Expert> experts, double... weights) {
        return new FusedExpert("fused", experts, new Additive(), new Weighting.Fixed(ExpertWeights.of(weights)));
    }

    /** p(v) ∝ Π p_i(v)^λ_i, written out. */
    private static double[] product(List<TableExpert> experts, double[] lambda, String prompt, List<Integer> before) {
        double[] p = new double[V.size()];
        double sum = 0;
        for (int v = 0; v < p.length; v++) {
            p[v] = 1;
            for (int i = 0; i < experts.size(); i++) {
                int[] rendered = experts.get(i).render(Prompt.user(prompt));
                int[] tokens = Arrays.copyOf(rendered, rendered.length + before.size());
                for (int k = 0; k < before.size(); k++) {
                    tokens[rendered.length + k] = before.get(k);
                }
                p[v] *= Math.pow(Math.exp(-experts.get(i).energies(tokens)[v]), lambda[i]);
            }
            sum += p[v];
        }
        for (int v = 0; v < p.length; v++) {
            p[v] /= sum;
        }
        return p;
    }

    @Test
    void twoTableExpertsGiveTheProductOfExpertsTokenByToken() {
        List<TableExpert> experts = List.of(table("a", 1), table("b", 2).withTemplate(7));
        double[] lambda = {0.3, 0.7};
        for (long seed = 0; seed < 10; seed++) {
            Texts.Result text = Texts.of(fused(experts, lambda), Texts.request("ab c", Texts.at(1, seed), 30));
            List<Integer> before = new ArrayList<>();
            for (Step step : text.steps) {
                double[] p = product(experts, lambda, "ab c", before);
                assertThat(Math.exp(-step.energy())).isCloseTo(p[step.token()], within(1e-5));
                before.add(step.token());
            }
        }
    }

    @Test
    void firstTokensComeAsOftenAsTheProductSays() {
        List<TableExpert> experts = List.of(table("a", 1), table("b", 2));
        double[] lambda = {0.5, 0.5};
        double[] p = product(experts, lambda, "ab", List.of());
        int n = 4000;
        List<GenerationRequest> requests = new ArrayList<>();
        for (int k = 0; k < n; k++) {
            requests.add(Texts.request("ab", Texts.at(1, k), 1));
        }
        double[] counts = new double[p.length];
        for (Texts.Result record : Texts.of(fused(experts, lambda), requests, 50)) {
            counts[record.steps.isEmpty() ? 0 : record.steps.getFirst().token()]++;
        }
        double chiSquare = 0;
        for (int v = 0; v < p.length; v++) {
            chiSquare += (counts[v] - n * p[v]) * (counts[v] - n * p[v]) / (n * p[v]);
        }
        // 9 degrees of freedom: beyond 27.9 with probability 0.001.
        assertThat(chiSquare).isLessThan(27.9);
    }

    @Test
    void aVertexOfTheSimplexGivesThatExpertsText() {
        List<TableExpert> experts = List.of(table("a", 1), table("b", 2).withTemplate(3), table("c", 3));
        for (long seed = 0; seed < 20; seed++) {
            GenerationRequest request = Texts.request("fed", Texts.at(0.8, seed), 40);
            assertThat(Texts.of(fused(experts, 1, 0, 0), request).tokens())
                    .isEqualTo(Texts.of(experts.getFirst(), request).tokens());
        }
    }

    @Test
    void identicalExpertsGiveTheSingleExpertsText() {
        TableExpert one = table("a", 5);
        List<TableExpert> same = List.of(one, one.named("b"), one.named("c"));
        for (long seed = 0; seed < 20; seed++) {
            GenerationRequest request = Texts.request("fed", Texts.at(1, seed), 40);
            List<Integer> single = Texts.of(one, request).tokens();
            assertThat(Texts.of(fused(same, 0.2, 0.3, 0.5), request).tokens()).isEqualTo(single);
            assertThat(
                    Texts.of(new FusedExpert("s", same, EmSelect.DEFAULT, new Weighting.Uniform()), request).tokens())
                    .isEqualTo(single);
            assertThat(Texts.of(new FusedExpert("m", same, new Mixture(), new Weighting.Uniform()), request).tokens())
                    .isEqualTo(single);
        }
    }

    @Test
    void nestedFusionEqualsFlatFusion() {
        FusedExpert inner = fused(List.of(table("a", 1), table("b", 2)), 0.25, 0.75);
        FusedExpert nested = fused(List.of(inner, table("c", 3)), 0.4, 0.6);
        FusedExpert flat = fused(List.of(table("a", 1), table("b", 2), table("c", 3)), 0.1, 0.3, 0.6);
        for (long seed = 0; seed < 10; seed++) {
            GenerationRequest request = Texts.request("ab", Texts.at(1, seed), 30);
            assertThat(Texts.of(nested, request).tokens()).isEqualTo(Texts.of(flat, request).tokens());
        }
    }

    @Test
    void manyRequestsAtOnceGiveTheSameTextsAsOneByOne() {
        FusedExpert expert = new FusedExpert("fused", List.of(table("a", 1).withTemplate(40), table("b", 2)),
                EmSelect.DEFAULT, new Weighting.Uniform());
        Random random = new Random(3);
        List<GenerationRequest> requests = new ArrayList<>();
        for (int k = 0; k < 40; k++) {
            requests.add(
                    Texts.request("abcdef".substring(random.nextInt(5)), Texts.at(1.2, k), 1 + random.nextInt(30)));
        }
        List<Texts.Result> together = Texts.of(expert, requests, 7);
        for (int k = 0; k < requests.size(); k++) {
            Texts.Result alone = Texts.of(expert, requests.get(k));
            assertThat(together.get(k).tokens()).isEqualTo(alone.tokens());
            assertThat(together.get(k).text).hasToString(alone.text.toString());
            assertThat(together.get(k).reason).isEqualTo(alone.reason);
        }
    }

    @Test
    void explanationsAddUpToWhatWasSampledFrom() {
        List<TableExpert> experts = List.of(table("a", 1), table("b", 2).withTemplate(2), table("c", 3));
        GenerationRequest request = new GenerationRequest(Prompt.user("ab"), Texts.at(1, 4), 40, List.of(), 3);
        for (Step step : Texts.of(fused(experts, 0.2, 0.3, 0.5), request).steps) {
            Explanation why = Objects.requireNonNull(step.explanation());
            assertThat(why.weightedSum() + why.logZ()).isCloseTo(why.energy(), within(1e-5));
            assertThat(step.energy()).isCloseTo(why.energy(), within(1e-5));
            assertThat(why.terms()).extracting(Explanation.Term::expert).containsExactly("a", "b", "c");
        }
    }

    @Test
    void explanationsOfTheOtherRulesHaveTheirOwnFormula() {
        List<TableExpert> experts = List.of(table("a", 1), table("b", 2), table("c", 3));
        GenerationRequest request = new GenerationRequest(Prompt.user("ab"), Texts.at(1, 4), 20, List.of(), 1);
        FusedExpert mixture = new FusedExpert("m", experts, new Mixture(), new Weighting.Uniform());
        for (Step step : Texts.of(mixture, request).steps) {
            Explanation why = Objects.requireNonNull(step.explanation());
            double p = why.terms().stream().mapToDouble(t -> t.lambda() * Math.exp(-t.energy())).sum();
            assertThat(why.energy()).isCloseTo(-Math.log(p), within(1e-5));
        }
        FusedExpert select = new FusedExpert("s", experts, EmSelect.DEFAULT, new Weighting.Uniform());
        for (Step step : Texts.of(select, request).steps) {
            Explanation why = Objects.requireNonNull(step.explanation());
            assertThat(why.chosen()).isBetween(0, 2);
            assertThat(why.driver()).isEqualTo(why.chosen());
            assertThat(why.energy()).isCloseTo(why.terms().get(why.chosen()).energy(), within(1e-6));
        }
    }

    @Test
    void traceEndsAtTheEnergyThatWasSampledFrom() {
        SamplingParams params = new SamplingParams(0.7, 5, 0.9, 0.01, 1.1, 0.2, 0.1, 8,
                Map.of(0, Double.NEGATIVE_INFINITY, 2, -1.0), 3);
        GenerationRequest request = new GenerationRequest(Prompt.user("ab"), params, 20, List.of(), 1);
        Texts.Result text = Texts.of(fused(List.of(table("a", 1), table("b", 2)), 0.5, 0.5), request);
        assertThat(text.steps).isNotEmpty();
        for (Step step : text.steps) {
            assertThat(step.trace().getLast().energy()).isCloseTo(step.energy(), within(1e-5));
            assertThat(step.trace()).extracting(trace -> trace.step()).containsExactly("logit bias", "penalties",
                    "temperature", "top-k", "top-p", "min-p");
        }
    }
}
