package org.emfuse.llm;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import org.emfuse.energy.Boltzmann;

/**
 * An expert whose energies are a function of the tokens before, for tests: by default seeded random numbers, or any table
 * that a test writes down.
 */
public final class TableExpert implements Expert {

    /** Logits of the next token. */
    public interface Table {

        /** The logits after these tokens, prompt included. */
        float[] logits(int[] tokens);
    }

    private final String name;
    private final Vocabulary vocabulary;
    private final Table table;
    private final int[] prefix;
    private final double temperature;

    /** How many native batches an engine would have evaluated for this expert. */
    public final AtomicInteger evaluations = new AtomicInteger();

    /** Sizes of all contexts that were opened, in order. */
    public final List<ContextSize> opened = new CopyOnWriteArrayList<>();

    /** Contexts that are open. */
    public final AtomicInteger open = new AtomicInteger();

    /** Set to make every evaluation fail. */
    public volatile boolean failing;

    private TableExpert(String name, Vocabulary vocabulary, Table table, int[] prefix, double temperature) {
        this.name = name;
        this.vocabulary = vocabulary;
        this.table = table;
        this.prefix = prefix;
        this.temperature = temperature;
    }

    /** Random logits that depend on the seed and all tokens before. */
    public static TableExpert random(String name, Vocabulary vocabulary, long seed) {
        int size = vocabulary.size();
        return of(name, vocabulary, tokens -> {
            Random random = new Random(seed * 31 + Arrays.hashCode(tokens));
            float[] logits = new float[size];
            for (int v = 0; v < size; v++) {
                logits[v] = (float) (2 * random.nextGaussian());
            }
            return logits;
        });
    }

    /** An expert of a table. */
    public static TableExpert of(String name, Vocabulary vocabulary, Table table) {
        return new TableExpert(name, vocabulary, table, new int[0], 1);
    }

    /** This expert with a template: {@code length} tokens before every prompt. */
    public TableExpert withTemplate(int length) {
        int[] tokens = new int[length];
        Arrays.fill(tokens, 1);
        return new TableExpert(name, vocabulary, table, tokens, temperature);
    }

    /** This expert with another temperature. */
    public TableExpert withTemperature(double tau) {
        return new TableExpert(name, vocabulary, table, prefix, tau);
    }

    /** This expert with another name. */
    public TableExpert named(String other) {
        return new TableExpert(other, vocabulary, table, prefix, temperature);
    }

    /** The prompt's tokens as this expert reads them. */
    public int[] render(Prompt prompt) {
        String text = switch (prompt) {
            case Prompt.Raw raw -> raw.text();
            case Prompt.Chat chat -> String.join(" ", chat.messages().stream().map(ChatMessage::content).toList());
        };
        int[] content = vocabulary.tokenize(text);
        int[] tokens = Arrays.copyOf(prefix, prefix.length + content.length);
        System.arraycopy(content, 0, tokens, prefix.length, content.length);
        return tokens;
    }

    /** The energies after these tokens, prompt included: what contexts have to agree with. */
    public float[] energies(int... tokens) {
        float[] energies = new float[vocabulary.size()];
        Boltzmann.energies(table.logits(tokens), temperature, energies);
        return energies;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Vocabulary vocabulary() {
        return vocabulary;
    }

    @Override
    public int promptTokens(Prompt prompt) {
        return render(prompt).length;
    }

    @Override
    public ExpertContext open(ContextSize size) {
        open.incrementAndGet();
        opened.add(size);
        return new TableContext(this, size);
    }

    @Override
    public void close() {}
}
