package org.emfuse.llm.experts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

import org.emfuse.llm.config.ExpertsFile;
import org.emfuse.llm.gguf.GgufFile;
import org.emfuse.llm.model.CachedModels;
import org.emfuse.llm.model.CachedModels.State;
import org.emfuse.llm.model.ModelStore;
import org.emfuse.llm.model.Remains;
import org.emfuse.llm.peft.AdapterFiles;
import org.emfuse.llm.peft.PeftAdapter;
import org.emfuse.record.Sha256;
import org.emfuse.wording.ShellWord;

/** Whether the files that an experts file names are what they should be. Contents are read; nothing is fetched. */
public final class ExpertsVerification {

    private static final String NOTHING = "nothing: no hash is known of a local file";

    private ExpertsVerification() {}

    /**
     * What was found of a file.
     *
     * @param name as the experts file has it
     * @param file where it lies or should lie
     * @param state {@code PRESENT} where there is nothing to compare it with
     * @param comparedWith what, in words; empty if it is absent and never came
     * @param advice what to do; empty if nothing has to be done
     */
    public record Verified(String name, Path file, State state, String comparedWith, String advice) {

        /** Whether it is here, and not known to be wrong. */
        public boolean usable() {
            return state == State.SOUND || state == State.PRESENT;
        }
    }

    /** All files of an experts file, in its order. */
    public static List<Verified> of(ExpertsFile file, ModelStore store) {
        return NamedFile.of(file, store).stream().map(named -> switch (named.kind()) {
            case LOCAL -> local(file, named);
            case FETCHED -> fetched(file, named, new CachedModels(store));
            case CONVERTED -> converted(named);
        }).toList();
    }

    private static Verified local(ExpertsFile file, NamedFile named) {
        boolean here = Files.exists(named.path());
        return new Verified(named.name(), named.path(), here ? State.PRESENT : State.ABSENT, here ? NOTHING : "",
                here ? "" : "put it at " + named.path() + ", or correct " + file.path());
    }

    private static Verified fetched(ExpertsFile file, NamedFile named, CachedModels models) {
        CachedModels.Entry entry = models.verify(named.name());
        return new Verified(named.name(), entry.file(), entry.state(), entry.reference(),
                entry.state() == State.SOUND
                        ? ""
                        : "fetch it with: emfuse experts fetch "
                                + ShellWord.of(file.path()));
    }

    /** A conversion has no hash of its own, but making it again gives the same file. */
    private static Verified converted(NamedFile named) {
        NamedFile.Conversion origin = named.origin().orElseThrow();
        String again;
        try {
            again = again(origin);
        } catch (IllegalArgumentException e) {
            return new Verified(named.name(), named.path(), State.DAMAGED, "another conversion of " + origin.peft(),
                    "it cannot be made again: " + e.getMessage());
        }
        boolean same = Sha256.of(named.path()).equals(again);
        return new Verified(named.name(), named.path(), same ? State.SOUND : State.DAMAGED,
                "another conversion of " + origin.peft(),
                same ? "" : "remove " + named.path() + "; it is then made again");
    }

    /** The hash of a conversion that is made for this and removed again. */
    private static String again(NamedFile.Conversion origin) {
        try {
            Path made = Files.createTempFile("emfuse-adapter", ".gguf");
            try (Remains remains = new Remains(made)) {
                Objects.requireNonNull(remains);
                AdapterFiles.write(PeftAdapter.read(origin.peft()), GgufFile.read(origin.base()), made);
                return Sha256.of(made);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the adapter " + origin.peft() + " could not be converted again", e);
        }
    }
}
