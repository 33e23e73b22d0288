package org.emfuse.llm.model;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A model hub.
 *
 * @param endpoint its address, without a slash at the end
 * @param token lets in where a file is not for everybody; empty for none
 */
record Hub(URI endpoint, Optional<String> token) {

    /** The environment variable that names another hub or a mirror. */
    static final String ENDPOINT = "HF_ENDPOINT";

    /** The environment variable that holds the token. */
    static final String TOKEN = "HF_TOKEN";

    private static final String USUAL = "https://huggingface.co";

    /** The hub that the environment names, else the usual one. */
    static Hub of(Map<String, String> environment) {
        String named = environment.getOrDefault(ENDPOINT, "").strip();
        String token = environment.getOrDefault(TOKEN, "").strip();
        try {
            URI endpoint = URI.create((named.isEmpty() ? USUAL : named).replaceAll("/+$", ""));
            if (endpoint.getHost() == null || !endpoint.toString().startsWith("http")) {
                throw new IllegalArgumentException("no host");
            }
            return new Hub(endpoint, token.isEmpty() ? Optional.empty() : Optional.of(token));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(ENDPOINT + ": expected an address like " + USUAL + ", found " + named,
                    e);
        }
    }

    /** A file of a repository at a revision. */
    URI file(String repository, String revision, String file) {
        return URI.create(endpoint + "/" + escaped(repository) + "/resolve/"
                + URLEncoder.encode(revision, StandardCharsets.UTF_8) + "/" + escaped(file));
    }

    /** The header that lets in; only over connections that nobody else can read. */
    Optional<String> authorization() {
        boolean closed = "https".equals(endpoint.getScheme()) || endpoint.getHost().equals("127.0.0.1")
                || endpoint.getHost().equals("localhost");
        return closed ? token.map(value -> "Bearer " + value) : Optional.empty();
    }

    private static String escaped(String path) {
        return Arrays.stream(path.split("/", -1))
                .map(segment -> URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20"))
                .collect(Collectors.joining("/"));
    }
}
