package org.emfuse.llm;

import java.util.List;

import org.emfuse.fusion.Additive;
import org.emfuse.fusion.EmSelect;
import org.emfuse.fusion.Mixture;
import org.emfuse.fusion.Selector;
import org.emfuse.fusion.Weighting;
import org.junit.jupiter.api.Nested;

/** The contract on every kind of expert that needs no engine. */
class ExpertContractsTest {

    private static TableExpert table(String name, long seed) {
        return TableExpert.random(name, TableVocabulary.SMALL, seed);
    }

    @Nested
    class OneTable extends ExpertContract {
        @Override
        protected Expert expert() {
            return table("a", 1).withTemplate(3);
        }
    }

    @Nested
    class FusionOfOne extends ExpertContract {
        @Override
        protected Expert expert() {
            return new FusedExpert("one", List.of(table("a", 1)), new Additive(), new Weighting.Uniform());
        }

        @Override
        protected boolean hasPromptLoss() {
            return false;
        }
    }

    @Nested
    class FusionOfTwo extends ExpertContract {
        @Override
        protected Expert expert() {
            return new FusedExpert("two", List.of(table("a", 1), table("b", 2).withTemplate(5)), new Additive(),
                    new Weighting.Uniform());
        }

        @Override
        protected boolean hasPromptLoss() {
            return false;
        }
    }

    @Nested
    class SelectionOfThree extends ExpertContract {
        @Override
        protected Expert expert() {
            return new FusedExpert("three",
                    List.of(table("a", 1).withTemplate(70), table("b", 2), table("c", 3).withTemplate(9)),
                    new EmSelect(0.5, Selector.KING_OF_HILL, 0, 0), new Weighting.Prompt(0.5));
        }

        @Override
        protected int tokens() {
            return 1024;
        }

        @Override
        protected boolean cutsBeforeFusing() {
            return false;
        }

        @Override
        protected boolean hasPromptLoss() {
            return false;
        }
    }

    @Nested
    class NestedFusion extends ExpertContract {
        @Override
        protected Expert expert() {
            FusedExpert inner = new FusedExpert("inner", List.of(table("a", 1), table("b", 2).withTemplate(2)),
                    new Mixture(), new Weighting.Uniform());
            return new FusedExpert("outer", List.of(inner, table("c", 3)), new Additive(), new Weighting.Entropy(1));
        }

        @Override
        protected int tokens() {
            return 1024;
        }

        @Override
        protected boolean cutsBeforeFusing() {
            return false;
        }

        @Override
        protected boolean hasPromptLoss() {
            return false;
        }
    }
}
