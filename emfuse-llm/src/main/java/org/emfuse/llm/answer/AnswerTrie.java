package org.emfuse.llm.answer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

import org.emfuse.llm.Vocabulary;

/**
 * A set of allowed answers as token sequences, each closed by the end-of-turn token, so that an answer which begins
 * another one is an answer of its own. Immutable.
 */
public final class AnswerTrie {

    private final List<String> choices;
    private final List<int[]> tokens;
    private final int end;

    private AnswerTrie(List<String> choices, List<int[]> tokens, int end) {
        this.choices = choices;
        this.tokens = tokens;
        this.end = end;
    }

    /**
     * Tokenizes the choices, each on its own; special tokens that one spells are plain text.
     *
     * @throws IllegalArgumentException if there is no choice, one is empty, or two are the same
     */
    public static AnswerTrie of(List<String> choices, Vocabulary vocabulary) {
        if (choices.isEmpty()) {
            throw new IllegalArgumentException("expected at least one choice, found none");
        }
        List<int[]> tokens = new ArrayList<>();
        Map<List<Integer>, String> seen = new HashMap<>();
        for (String choice : choices) {
            int[] ids = vocabulary.tokenize(choice);
            if (choice.isBlank() || ids.length == 0) {
                throw new IllegalArgumentException("expected choices with text, found number " + (tokens.size() + 1)
                        + " of " + choices.size() + " empty");
            }
            String twin = seen.put(Arrays.stream(ids).boxed().toList(), choice);
            if (twin != null) {
                throw new IllegalArgumentException("the choice '" + choice + "' occurs twice");
            }
            tokens.add(ids);
        }
        return new AnswerTrie(List.copyOf(choices), List.copyOf(tokens), vocabulary.endOfTurn());
    }

    /** The answers' texts, in order. */
    public List<String> choices() {
        return choices;
    }

    /** The number of answers. */
    public int size() {
        return tokens.size();
    }

    /** The tokens of an answer, without the end token; not to be changed. */
    public int[] tokens(int choice) {
        return tokens.get(choice);
    }

    /** Token number {@code k} of an answer; the end token after its last one. */
    public int token(int choice, int k) {
        int[] ids = tokens.get(choice);
        return k < ids.length ? ids[k] : end;
    }

    /** Tokens of all answers together, end tokens not counted: the room that scoring all of them at once takes. */
    public int totalTokens() {
        return tokens.stream().mapToInt(ids -> ids.length).sum();
    }

    /** Tokens of the longest answer. */
    public int longest() {
        return tokens.stream().mapToInt(ids -> ids.length).max().orElse(0);
    }

    /**
     * Draws an answer token by token: at every node a child with the mass of the child over the mass of the node, where a
     * mass is the sum of the probabilities of the answers below.
     *
     * @param probabilities of the answers, summing to 1
     * @param rng read once per node that branches
     * @return the answer's index
     */
    public int draw(double[] probabilities, RandomGenerator rng) {
        List<Integer> node = new ArrayList<>();
        for (int choice = 0; choice < size(); choice++) {
            node.add(choice);
        }
        for (int depth = 0; node.size() > 1; depth++) {
            node = child(node, depth, probabilities, rng);
        }
        return node.getFirst();
    }

    private List<Integer> child(List<Integer> node, int depth, double[] probabilities, RandomGenerator rng) {
        Map<Integer, List<Integer>> children = new LinkedHashMap<>();
        for (int choice : node) {
            children.computeIfAbsent(token(choice, depth), t -> new ArrayList<>()).add(choice);
        }
        if (children.size() == 1) {
            return node;
        }
        double u = rng.nextDouble() * mass(node, probabilities);
        List<Integer> last = node;
        for (List<Integer> below : children.values()) {
            double mass = mass(below, probabilities);
            if (mass > 0) {
                last = below;
                u -= mass;
                if (u < 0) {
                    return below;
                }
            }
        }
        return last;
    }

    private static double mass(List<Integer> choices, double[] probabilities) {
        return choices.stream().mapToDouble(choice -> probabilities[choice]).sum();
    }
}
