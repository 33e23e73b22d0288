package org.emfuse.llm.model;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.emfuse.record.Sha256;

/**
 * A file behind a plain address.
 *
 * @param uri {@code http} or {@code https}, without fragment
 * @param sha256 what it must hash to, in hex; empty for anything
 */
public record UrlSource(URI uri, Optional<String> sha256) implements ModelSource {

    private static final Pattern HASH = Pattern.compile("sha256=([0-9a-fA-F]{64})");

    /**
     * Parses an address, perhaps with {@code #sha256=HEX} behind it.
     *
     * @throws IllegalArgumentException if it is none
     */
    static UrlSource parse(String name) {
        URI uri;
        try {
            uri = URI.create(name);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the address '" + name + "' is not well formed: " + e.getMessage(), e);
        }
        Optional<String> hash = Optional.empty();
        if (uri.getRawFragment() != null) {
            Matcher matcher = HASH.matcher(uri.getRawFragment());
            if (!matcher.matches()) {
                throw new IllegalArgumentException("expected #sha256= and 64 hex digits behind the address, found '"
                        + name + "'");
            }
            hash = Optional.of(matcher.group(1).toLowerCase(Locale.ROOT));
        }
        if (uri.getHost() == null || uri.getPath() == null || uri.getPath().isEmpty() || uri.getPath().endsWith("/")) {
            throw new IllegalArgumentException("expected the address of a file, found '" + name + "'");
        }
        return new UrlSource(URI.create(name.replaceFirst("#.*", "")), hash);
    }

    @Override
    public String name() {
        return uri + sha256.map(hash -> "#sha256=" + hash).orElse("");
    }

    @Override
    public String description() {
        return HttpFile.shown(uri);
    }

    @Override
    public String advice() {
        return "Is the address right? Another program may get the file";
    }

    private String fileName() {
        String last = uri.getPath().substring(uri.getPath().lastIndexOf('/') + 1);
        return last.replaceAll("[^A-Za-z0-9._-]", "_").replaceFirst("^[.]+", "_");
    }

    @Override
    public Path cachePath() {
        return Path.of("url", Sha256.of(name()).substring(0, 16), fileName());
    }

    @Override
    public Path fetch(Path folder, FetchListener listener) throws IOException, InterruptedException {
        HttpFile wanted = new HttpFile(uri, Optional.empty(), sha256,
                "Fetch it with a program that can log in there, and name the file by its path");
        return HttpTransfer.ofProcess().fetch(wanted, FetchParts.of(folder, this, "part"), listener);
    }
}
