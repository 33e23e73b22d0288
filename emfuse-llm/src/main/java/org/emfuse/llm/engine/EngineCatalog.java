package org.emfuse.llm.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import org.emfuse.llm.config.YamlTree;

/**
 * The builds that are known for a platform, the usual one first.
 *
 * @param platform operating system and processor, for example {@code linux-x64}
 * @param builds none where the platform is not known
 */
public record EngineCatalog(String platform, List<EngineBuild> builds) {

    private static final String FILE = "engines.yaml";

    /** The builds for this machine. */
    public static EngineCatalog ofMachine() {
        return of(platform(System.getProperty("os.name"), System.getProperty("os.arch")));
    }

    /** The builds for a platform. */
    static EngineCatalog of(String platform) {
        try (InputStream in = EngineCatalog.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new AssertionError("the program has no " + FILE);
            }
            YamlTree all = YamlTree.parse("the program's " + FILE, new String(in.readAllBytes(), UTF_8));
            List<EngineBuild> builds = new ArrayList<>();
            all.value(platform).map(node -> all.child(platform, node))
                    .ifPresent(tree -> tree.fields().forEach((name, node) -> builds.add(build(tree.child(name, node),
                            name))));
            return new EngineCatalog(platform, List.copyOf(builds));
        } catch (IOException e) {
            throw new UncheckedIOException("the list of engines could not be read", e);
        }
    }

    private static EngineBuild build(YamlTree tree, String name) {
        tree.requireKeys("device", "version", "npm", "bytes", "integrity");
        return new EngineBuild(name, Device.valueOf(tree.text("device").toUpperCase(Locale.ROOT)),
                tree.text("version"), tree.text("npm"), tree.integer("bytes"), tree.text("integrity"));
    }

    /** The platform as the packages spell it. */
    static String platform(String system, String processor) {
        String name = system.toLowerCase(Locale.ROOT);
        String os = name.startsWith("mac") ? "mac" : name.startsWith("windows") ? "win" : "linux";
        return os + "-" + switch (processor) {
            case "amd64", "x86_64" -> "x64";
            case "aarch64" -> "arm64";
            default -> processor;
        };
    }

    /** The build that is fetched where the user said nothing. */
    public Optional<EngineBuild> usual() {
        return builds.stream().findFirst();
    }

    /** The build of a name, with or without its version. */
    public Optional<EngineBuild> find(String name) {
        return builds.stream().filter(build -> build.isCalled(name)).findFirst();
    }

    /** The names, in order. */
    public List<String> names() {
        return builds.stream().map(EngineBuild::name).toList();
    }
}
