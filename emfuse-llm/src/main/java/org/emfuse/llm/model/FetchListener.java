package org.emfuse.llm.model;

/** Hears how far a fetch is. Called by the fetching thread, often. */
public interface FetchListener {

    /** Hears nothing. */
    FetchListener NONE = new FetchListener() {
        @Override
        public void at(String file, long done, long total) {}

        @Override
        public void ended() {}
    };

    /**
     * So much of a file is here.
     *
     * @param file its name
     * @param done bytes that are here, those of an earlier try included
     * @param total bytes of the whole file, -1 if nobody told
     */
    void at(String file, long done, long total);

    /** The fetch ended, well or not; another may begin. */
    void ended();
}
