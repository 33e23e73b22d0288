package org.emfuse.rl.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

import org.emfuse.record.Sha256;
import org.emfuse.record.WholeFile;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Which episodes are in which domain, with all that is needed to split in the same way again.
 *
 * @param rule of the split
 * @param seed of what was random
 * @param shares that were asked for
 * @param coordinate that {@code SPEED_SORTED} sorted by; null for other rules
 * @param sourceSha256 hash of the data set's content; null if unknown
 * @param episodes of the data set
 * @param transitions of the data set
 * @param domains what each got
 * @param sha256 over all of the above but the returns
 */
public record SplitRecord(SplitRule rule, long seed, List<Double> shares, @Nullable Integer coordinate,
        @Nullable String sourceSha256, int episodes, int transitions, List<Domain> domains, String sha256) {

    private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    /**
     * One domain.
     *
     * @param episodes numbers of the data set's episodes, from 0, ascending
     * @param transitions in them
     * @param meanReturn of them
     */
    public record Domain(List<Integer> episodes, int transitions, double meanReturn) {

        /** Copies the list. */
        public Domain {
            episodes = List.copyOf(episodes);
        }
    }

    /** Copies the lists. */
    public SplitRecord {
        shares = List.copyOf(shares);
        domains = List.copyOf(domains);
    }

    static SplitRecord of(SplitConfig config, @Nullable String sourceSha256, Episodes episodes, List<Domain> domains) {
        Integer coordinate = config.coordinate().isPresent() ? config.coordinate().getAsInt() : null;
        SplitRecord open = new SplitRecord(config.rule(), config.seed(), config.shares(), coordinate, sourceSha256,
                episodes.size(), episodes.transitions().size(), domains, "");
        return new SplitRecord(open.rule, open.seed, open.shares, coordinate, sourceSha256, open.episodes,
                open.transitions, domains, open.hash());
    }

    /** What {@link #sha256} must be: over the settings, the source and the episodes of each domain. */
    private String hash() {
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT,
                "rule %s%nseed %d%nshares %s%ncoordinate %s%nsource %s%nepisodes %d%ntransitions %d%n", rule, seed,
                shares,
                coordinate, sourceSha256, episodes, transitions).replace(System.lineSeparator(), "\n"));
        for (Domain domain : domains) {
            text.append("domain ").append(domain.transitions).append(' ').append(domain.episodes).append('\n');
        }
        return Sha256.of(text.toString());
    }

    /**
     * The transitions of each domain, copied.
     *
     * @param source the data set that was split
     * @throws IllegalArgumentException if it has other numbers of episodes or transitions
     */
    public List<Transitions> apply(Transitions source) {
        Episodes all = Episodes.of(source);
        if (all.size() != episodes || source.size() != transitions) {
            throw new IllegalArgumentException(
                    "the split is of a data set of " + episodes + " episodes and " + transitions
                            + " transitions, this one has " + all.size() + " and " + source.size()
                            + "; split it anew, or use the data set that was split");
        }
        return domains.stream().map(domain -> all.select(domain.episodes)).toList();
    }

    /** The record as JSON. */
    public String toJson() {
        return JSON.writeValueAsString(this);
    }

    /** Writes the record as JSON: beside the file first, then moved. */
    public void write(Path file) {
        WholeFile.write(file, toJson() + "\n");
    }

    /**
     * Reads a record.
     *
     * @throws IllegalArgumentException if the file is missing, is not such a record, or was changed since
     */
    public static SplitRecord read(Path file) {
        @Nullable
        SplitRecord record;
        try {
            record = JSON.readValue(Files.readString(file), SplitRecord.class);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("the record of a split " + file + " does not exist", e);
        } catch (JacksonException | NullPointerException e) {
            throw new IllegalArgumentException("the file " + file + " is not the record of a split", e);
        } catch (IOException e) {
            throw new UncheckedIOException("the file " + file + " could not be read", e);
        }
        if (record == null) {
            throw new IllegalArgumentException("the file " + file + " is not the record of a split");
        }
        if (!record.hash().equals(record.sha256)) {
            throw new IllegalArgumentException("the record of a split " + file
                    + " was changed after it was written: its hash does not fit; split anew");
        }
        return record;
    }
}
