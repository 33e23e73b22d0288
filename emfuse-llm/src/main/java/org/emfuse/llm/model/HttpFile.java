package org.emfuse.llm.model;

import java.net.URI;
import java.util.Optional;

/**
 * A file behind an address.
 *
 * @param uri {@code http} or {@code https}
 * @param authorization the header's value, sent to the address's own host only; empty for none
 * @param sha256 what its content must hash to, in hex; empty if it is not known beforehand
 * @param hint what to do where the server refuses access
 */
record HttpFile(URI uri, Optional<String> authorization, Optional<String> sha256, String hint) {

    /** Scheme, host and port, as what may see the authorization. */
    static String origin(URI uri) {
        return uri.getScheme() + "://" + uri.getHost() + ":" + uri.getPort();
    }

    /** The address for messages: without names, passwords and signatures. */
    static String shown(URI uri) {
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return uri.getScheme() + "://" + uri.getHost() + port + uri.getPath();
    }
}
