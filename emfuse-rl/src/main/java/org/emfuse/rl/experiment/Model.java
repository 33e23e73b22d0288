package org.emfuse.rl.experiment;

import java.util.List;

/** A transition model of a table, by how it comes about. */
public sealed interface Model {

    /** Its name, which is that of its folder. */
    String name();

    /** The model on all domains' data. */
    String POOLED = "pooled";

    /** What a model is, and how it is trained. */
    enum Kind {
        /** An energy of slices. */
        ADETM,
        /** The same with scales that all domains have in common, so that weights can be merged. */
        ADETM_COMMON_SCALES,
        /** The same as it begins: first weights, and scales of its data. */
        ADETM_UNTRAINED,
        /** An energy of one action. */
        ETM,
        /** The published ensemble of seven Gaussian networks, of which five predict. */
        GAUSSIAN_ENSEMBLE,
        /** The Gaussian network of slices. */
        ANY_STEP_GAUSSIAN
    }

    /**
     * A model of the data of some domains.
     *
     * @param domains by name
     * @param member which one of several that differ in their seeds alone, from 1; 0 where there is one only
     */
    record Trained(String name, Kind kind, List<String> domains, int member) implements Model {

        /** Copies the list. */
        public Trained {
            domains = List.copyOf(domains);
        }

        /** The usual model of one domain. */
        static Trained of(String domain) {
            return new Trained(domain, Kind.ADETM, List.of(domain), 0);
        }

        /** A model of one domain that has scales in common with those of the others. */
        static Trained withCommonScales(String domain) {
            return new Trained("common-" + domain, Kind.ADETM_COMMON_SCALES, List.of(domain), 0);
        }

        /** A model of one domain before it is trained. */
        static Trained untrained(String domain) {
            return new Trained("untrained-" + domain, Kind.ADETM_UNTRAINED, List.of(domain), 0);
        }

        /** One of several models of one domain. */
        static Trained member(int member, String domain) {
            return new Trained("etm-" + member + "-" + domain, Kind.ETM, List.of(domain), member);
        }
    }

    /** How weights become those of one model. */
    enum Merge {
        /** Their average. */
        SOUP,
        /** By regression on what the layers see. */
        REGMEAN
    }

    /**
     * A model made of others' weights, without training.
     *
     * @param parts which began with the same weights and have scales in common
     */
    record Merged(String name, Merge by, List<Trained> parts) implements Model {

        /** Copies the list. */
        public Merged {
            parts = List.copyOf(parts);
        }
    }
}
