package org.emfuse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher script in a folder whose name has spaces, with a Java and a Maven that say how they were called. */
class LauncherTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private Path home;

    private final AtomicInteger launches = new AtomicInteger();

    /** What the launcher printed and how it ended. */
    private record Outcome(int code, String out, String err) {}

    @BeforeEach
    void copyTheLauncher() throws IOException {
        home = Files.createDirectories(folder.resolve("a clone"));
        Files.createDirectories(home.resolve("emfuse-cli/src/main"));
        Files.writeString(home.resolve("pom.xml"), "<project/>");
        Files.writeString(home.resolve("emfuse-cli/pom.xml"), "<project/>");
        script(home.resolve("emfuse"), Files.readString(Path.of("..", "emfuse")));
        script(folder.resolve("jdk 25/bin/java"), """
                #!/bin/bash
                printf '[%s]\\n' "$@"
                echo "locale $LC_ALL$LANG"
                echo 'WARNING: Using incubator modules: jdk.incubator.vector' >&2
                echo 'the machine says' >&2
                echo 'the program says' >&23
                """);
        Files.writeString(folder.resolve("jdk 25/release"), "JAVA_VERSION=\"25.0.1\"\n");
        script(folder.resolve("path/mvn"), """
                #!/bin/bash
                echo "$JAVA_HOME" >>"$PWD/builds"
                sleep 0.2
                mkdir -p emfuse-cli/target/app && touch emfuse-cli/target/emfuse-cli-1.jar
                """);
    }

    private static void script(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private ProcessBuilder launch(Map<String, String> environment, String... command) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", folder.resolve("path") + ":/usr/local/bin:/usr/bin:/bin");
        builder.environment().put("JAVA_HOME", folder.resolve("jdk 25").toString());
        builder.environment().putAll(environment);
        // Files of its own: the filter of an earlier start may still be writing to those of that start.
        launches.incrementAndGet();
        return builder.redirectOutput(latest("out").toFile()).redirectError(latest("err").toFile());
    }

    private Path latest(String stream) {
        return folder.resolve(stream + launches.get());
    }

    private Outcome run(Map<String, String> environment, String... command) throws Exception {
        Process process = launch(environment, command).start();
        process.getOutputStream().close();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Outcome(process.exitValue(), Files.readString(latest("out")), Files.readString(latest("err")));
    }

    @Test
    void buildsOnceAndHandsOverEveryArgumentAsItIs() throws Exception {
        String[] command = {home.resolve("emfuse").toString(), "decide", "two words", "", "*"};
        Outcome first = run(Map.of(), command);
        assertThat(first.code()).as(first.err()).isZero();
        assertThat(first.err()).contains("building, once");
        assertThat(first.out()).contains("[org.emfuse.cli.Main]\n[decide]\n[two words]\n[]\n[*]\n",
                "[-Demfuse.home=" + home.toRealPath() + "]");
        assertThat(run(Map.of(), command).err()).doesNotContain("building");
        assertThat(Files.readAllLines(home.resolve("builds"))).as("builds, on the Java that was found")
                .containsExactly(folder.resolve("jdk 25").toString());
    }

    @Test
    void aSymbolicLinkFromElsewhereIsTheSameProgram() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("path/em"), home.resolve("emfuse"));
        assertThat(run(Map.of(), link.toString()).out()).contains("[-Demfuse.home=" + home.toRealPath() + "]");
    }

    @Test
    void severalFirstStartsBuildOnce() throws Exception {
        List<Process> processes = Stream.generate(() -> {
            try {
                return launch(Map.of(), home.resolve("emfuse").toString()).start();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }).limit(3).toList();
        for (Process process : processes) {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        }
        assertThat(Files.readAllLines(home.resolve("builds"))).hasSize(1);
    }

    @Test
    void theWarningAboutTheVectorModuleIsLeftOutAndNothingElse() throws Exception {
        assertThat(run(Map.of(), home.resolve("emfuse").toString()).code()).isZero();
        // Into a file; what passes the filter may come after the end of the program.
        String err = run(Map.of(), home.resolve("emfuse").toString()).err();
        for (int k = 0; k < 100 && !err.contains("machine"); k++) {
            Thread.sleep(50);
            err = Files.readString(latest("err"));
        }
        assertThat(err.lines()).containsExactlyInAnyOrder("the machine says", "the program says");
    }

    @Test
    void aBareEnvironmentGetsUtf8AndNeedsNoHome() throws Exception {
        assertThat(run(Map.of(), home.resolve("emfuse").toString()).out()).contains("locale C.UTF-8");
        assertThat(run(Map.of("LANG", "C.UTF-8"), home.resolve("emfuse").toString()).out())
                .contains("locale C.UTF-8\n");
        // Nobody has installed this one.
        assertThat(run(Map.of("LANG", "xx_XX.UTF-8"), home.resolve("emfuse").toString()).out())
                .contains("locale C.UTF-8xx_XX.UTF-8");
        assertThat(run(Map.of("JAVA_HOME", folder.resolve("nowhere").toString(), "HOME", ""),
                home.resolve("emfuse").toString()).err()).doesNotContain("unbound");
    }

    @Test
    void onlyWhatIsOverAtOnceIsStartedWithTheQuickCompiler() throws Exception {
        String emfuse = home.resolve("emfuse").toString();
        String quick = "[-XX:TieredStopAtLevel=1]";
        assertThat(run(Map.of(), emfuse, "decide", "--help").out()).contains(quick);
        assertThat(run(Map.of(), emfuse, "version").out()).contains(quick);
        assertThat(run(Map.of(), emfuse, "generate", "Once upon -h a --help time").out()).doesNotContain(quick);
        assertThat(run(Map.of(), emfuse, "decide", "--question", "q").out())
                .contains(quick, "[-Demfuse.vector=false]");
        String[] many = new String[60];
        Arrays.fill(many, "--choice=a");
        many[0] = emfuse;
        many[1] = "decide";
        many[2] = "--question=q";
        assertThat(run(Map.of(), many).out()).doesNotContain(quick, "emfuse.vector");
    }

    @Test
    void aFolderWithAColonIsRefused() throws Exception {
        Path other = Files.move(home, folder.resolve("a:clone"));
        Outcome refused = run(Map.of(), other.resolve("emfuse").toString());
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("has a colon in its name");
        Files.move(other, home);
    }

    @Test
    void aFailedBuildShowsItsLogAndIsTriedAgain() throws Exception {
        script(folder.resolve("path/mvn"), "#!/bin/bash\necho 'cannot find symbol'\nexit 1\n");
        Outcome failed = run(Map.of(), home.resolve("emfuse").toString(), "--help");
        assertThat(failed.code()).isEqualTo(1);
        assertThat(failed.err()).contains("cannot find symbol", "the build failed", "build.log");
        assertThat(failed.out()).isEmpty();
        assertThat(run(Map.of(), home.resolve("emfuse").toString()).err()).contains("the build failed");
    }

    @Test
    void theProgramsOwnMessagesReachStandardErrorInOrder() throws Exception {
        // Descriptor 3 is the real standard error, descriptor 2 a pipe that is filtered.
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Path err = folder.resolve("both");
        String[] command = {"/bin/bash", "-c", "exec 3>\"$0\"; exec \"$@\" 2>/dev/null", err.toString(), java,
            "--enable-native-access=ALL-UNNAMED", "-Demfuse.stderr=3", "-cp", System.getProperty("java.class.path"),
            "org.emfuse.cli.Main", "frob"};
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(Arrays.toString(command) + out).isEqualTo(2);
        assertThat(Files.readString(err)).contains("frob");
    }
}
