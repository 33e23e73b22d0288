package org.emfuse.llm.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of a model hub: {@code hf:OWNER/REPO/FILE[@REV]}. The hub tells the hash of large files; others are taken as they
 * come.
 *
 * @param repository owner and name, with a slash between
 * @param file its path in the repository
 * @param revision a branch, tag or commit
 * @param environment names the hub and holds its token
 */
public record HubSource(String repository, String file, String revision,
        Map<String, String> environment) implements ModelSource {

    static final String PREFIX = "hf:";
    static final String FORM = "hf:OWNER/REPO/FILE or hf:OWNER/REPO/FILE@REVISION";

    private static final String USUAL_REVISION = "main";
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]*";
    private static final Pattern SOURCE = Pattern.compile("hf:(" + NAME + "/" + NAME + ")/([^@]+)(?:@(" + NAME
            + "(?:/" + NAME + ")*))?");

    /**
     * Parses a name.
     *
     * @throws IllegalArgumentException if it has another form
     */
    static HubSource parse(String name, Map<String, String> environment) {
        Matcher matcher = SOURCE.matcher(name);
        if (!matcher.matches() || !SourceNames.isFilePath(matcher.group(2))) {
            throw new IllegalArgumentException("expected " + FORM + ", found '" + name + "'");
        }
        return new HubSource(matcher.group(1), matcher.group(2),
                Optional.ofNullable(matcher.group(3)).orElse(USUAL_REVISION), environment);
    }

    @Override
    public String name() {
        return PREFIX + repository + "/" + file + (revision.equals(USUAL_REVISION) ? "" : "@" + revision);
    }

    @Override
    public String description() {
        return Hub.of(environment).endpoint().getHost() + " (" + repository + ")";
    }

    @Override
    public String advice() {
        return "Are owner, repository, file and revision right? " + Hub.ENDPOINT + " names another hub or a mirror";
    }

    @Override
    public Path cachePath() {
        return Path.of("hf", repository, revision.replace("/", "--"), file);
    }

    @Override
    public Optional<ModelSource> sibling(String other) {
        int slash = file.lastIndexOf('/');
        return Optional.of(new HubSource(repository, file.substring(0, slash + 1) + other, revision, environment));
    }

    @Override
    public Path fetch(Path folder, FetchListener listener) throws IOException, InterruptedException {
        Hub hub = Hub.of(environment);
        HttpFile wanted = new HttpFile(hub.file(repository, revision, file), hub.authorization(), Optional.empty(),
                hub.token().isEmpty()
                        ? "Accept its terms at the hub and set " + Hub.TOKEN + " to a token of yours"
                        : "Does the token in " + Hub.TOKEN + " allow it?");
        return HttpTransfer.ofProcess().fetch(wanted, FetchParts.of(folder, this, "part"), listener);
    }

    @Override
    public String toString() {
        return name(); // the environment has secrets
    }
}
