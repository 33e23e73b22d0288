import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import org.emfuse.fusion.Additive;
import org.emfuse.fusion.Weighting;
import org.emfuse.llm.ContextSize;
import org.emfuse.llm.Expert;
import org.emfuse.llm.ExpertContext;
import org.emfuse.llm.FusedExpert;
import org.emfuse.llm.Method;
import org.emfuse.llm.Prompt;
import org.emfuse.llm.Rows;
import org.emfuse.llm.answer.AnswerTrie;
import org.emfuse.llm.answer.OptionsListPrompt;
import org.emfuse.llm.config.ExpertsFile;
import org.emfuse.llm.decode.AnswerScoring;
import org.emfuse.llm.decode.Decoder;
import org.emfuse.llm.experts.ExpertSet;
import org.emfuse.llm.llama.LlamaEngine;
import org.emfuse.llm.llama.Trust;
import org.emfuse.llm.model.CacheFolder;
import org.emfuse.llm.model.FileHashes;
import org.emfuse.llm.model.ModelCatalog;
import org.emfuse.llm.model.ModelStore;

/**
 * Resident memory of fused experts, contexts of 2,048 tokens evaluated 128 at a time. Arguments: the engine (embedded or a
 * path), an experts file, and one of
 *
 *   peak        loads the experts of the file, fills a context of all of them, and prints the most memory there was
 *   decisions N decides N questions in one context
 *   contexts N  opens, uses and closes N contexts
 *
 * The last two print a line every twentieth, then the growth after the first tenth.
 */
public class FusedMemory {

    private static final ContextSize SIZE = new ContextSize(8, 2048, 128,
            Runtime.getRuntime().availableProcessors());

    public static void main(String[] args) throws IOException {
        CacheFolder cache = CacheFolder.ofUser();
        ModelStore store = new ModelStore(cache, ModelCatalog.of(cache), System.err::println);
        Trust trust = new Trust(cache, new FileHashes(cache), System.err::println);
        LlamaEngine engine = args[0].equals("embedded")
                ? LlamaEngine.embedded(cache.root())
                : LlamaEngine.load(Path.of(args[0]));
        try (ExpertSet set = ExpertSet.open(ExpertsFile.read(Path.of(args[1])), engine, store, trust,
                Optional.empty())) {
            FusedExpert fused = set.fused("emfuse", new Additive(), new Weighting.Uniform());
            switch (args[2]) {
                case "peak" -> peak(fused, set.experts());
                case "decisions" -> decisions(fused, Integer.parseInt(args[3]));
                case "contexts" -> contexts(fused, Integer.parseInt(args[3]));
                default -> throw new IllegalArgumentException("expected peak, decisions or contexts: " + args[2]);
            }
        }
    }

    private static void peak(FusedExpert fused, List<? extends Expert> experts) throws IOException {
        try (ExpertContext context = fused.open(SIZE)) {
            fill(context);
        }
        System.out.printf(Locale.ROOT, "%d experts: %d MiB at most, heap limit %d MiB%n", experts.size(),
                status("VmHWM") / 1024, Runtime.getRuntime().maxMemory() >> 20);
    }

    /** A prompt of some 1,500 tokens, then a few one by one. */
    private static void fill(ExpertContext context) {
        var sequence = context.start(new Prompt.Raw("the cat sat on the mat and ".repeat(210)), Rows.LAST);
        while (context.evaluate()) {
            // to the end of the prompt
        }
        float[] row = new float[context.vocabulary().size()];
        for (int token = 0; token < 8; token++) {
            context.energies(context.rows().getFirst(), row);
            context.append(sequence, new int[]{token + 300}, Rows.LAST);
            context.evaluate();
        }
        context.release(sequence);
    }

    private static void decisions(FusedExpert fused, int count) throws IOException {
        Method method = new Method("emfuse", new Additive(), new Weighting.Uniform());
        Growth growth = new Growth(count);
        List<String> choices = List.of("yes", "no", "maybe");
        // Not a Decider, whose contexts are no larger than a question.
        try (ExpertContext context = fused.open(SIZE)) {
            AnswerTrie answers = AnswerTrie.of(choices, context.vocabulary());
            Decoder decoder = new Decoder(context, 1);
            for (int k = 0; k < count; k++) {
                decoder.submit(new AnswerScoring(OptionsListPrompt.of("Is " + k + " even?", choices), answers,
                        List.of(method), scores -> {}, reason -> {
                            throw reason;
                        }));
                decoder.run();
                growth.done(k + 1);
            }
        }
        growth.print();
    }

    private static void contexts(FusedExpert fused, int count) throws IOException {
        Growth growth = new Growth(count);
        for (int k = 0; k < count; k++) {
            try (ExpertContext context = fused.open(SIZE)) {
                context.start(new Prompt.Raw("the cat sat"), Rows.LAST);
                context.evaluate();
            }
            growth.done(k + 1);
        }
        growth.print();
    }

    private static final class Growth {
        private final int count;
        private long afterTenth;
        private long last;

        Growth(int count) {
            this.count = count;
        }

        void done(int k) throws IOException {
            if (k % (count / 20) == 0) {
                last = status("VmRSS");
                System.out.println(k + ": " + last / 1024 + " MiB");
                afterTenth = k <= count / 10 ? last : afterTenth;
            }
        }

        void print() {
            System.out.printf(Locale.ROOT, "growth after the first tenth: %.2f %%%n",
                    100.0 * (last - afterTenth) / afterTenth);
        }
    }

    private static long status(String name) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith(name))
                .map(line -> line.replaceAll("\\D", "")).mapToLong(Long::parseLong).findFirst().orElseThrow();
    }
}
