package org.emfuse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.emfuse.llm.gguf.TinyModels;
import org.emfuse.llm.model.FileServer;
import org.emfuse.record.Sha256;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model from a hub on this machine that has good and bad days: what the command line says and keeps. */
class HubCommandsTest {

    private static final String NAME = "hf:some/models/tiny.gguf";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private byte[] model = new byte[0];

    @BeforeEach
    void makeModel() throws IOException {
        model = Files.readAllBytes(TinyModels.of(1).write(folder.resolve("tiny.gguf")));
    }

    private Terminal.Outcome fetch(String hub) throws IOException, InterruptedException {
        Terminal.Outcome outcome = new ChildProcess(folder, Map.of("EMFUSE_OFFLINE", "0", "EMFUSE_HOME",
                folder.resolve("home").toString(), "HF_ENDPOINT", hub, "HF_TOKEN", "secret", "NO_PROXY", "127.0.0.1"),
                "models", "fetch", NAME).end();
        assertThat(outcome.err()).doesNotContain("\tat ").doesNotContain("fault of the program")
                .doesNotContain("secret");
        return outcome;
    }

    private Terminal.Outcome fetch(FileServer hub) throws IOException, InterruptedException {
        return fetch(hub.at("").toString());
    }

    private List<String> cached() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("home/models"))) {
            return files.filter(Files::isRegularFile).map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private void assertCame(Terminal.Outcome outcome) throws IOException {
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(cached()).containsExactly(".tiny.gguf.fetched", "tiny.gguf");
        assertThat(folder.resolve("home/models/hf/some/models/main/tiny.gguf")).hasBinaryContent(model);
    }

    private FileServer.Answer redirect(FileServer store, byte[] announced) {
        return FileServer.status(302, "Location", store.at("/blob").toString(), "X-Linked-Etag",
                "\"" + Sha256.of(announced) + "\"");
    }

    @Test
    void aRedirectionAndAConnectionThatIsCutHalfWay() throws Exception {
        try (FileServer store = new FileServer(model, FileServer::half, FileServer::whole);
                FileServer hub = new FileServer(new byte[0], redirect(store, model))) {
            assertCame(fetch(hub));
            assertThat(hub.requests()).hasSize(2)
                    .allSatisfy(request -> assertThat(request.authorization()).isEqualTo("Bearer secret"));
            assertThat(store.requests()).hasSize(2)
                    .allSatisfy(request -> assertThat(request.authorization()).isEmpty());
            assertThat(store.requests().get(1).range()).matches("bytes=[1-9][0-9]*-");
        }
    }

    @Test
    void aHubThatIsBusyIsAskedAgain() throws Exception {
        try (FileServer hub = new FileServer(model, FileServer.status(429, "Retry-After", "0"),
                FileServer.status(503, "Retry-After", "0"), FileServer::whole)) {
            assertCame(fetch(hub));
            assertThat(hub.requests()).hasSize(3);
        }
    }

    @Test
    void aHubThatWantsToBeLeftAloneForAnHour() throws Exception {
        try (FileServer hub = new FileServer(model, FileServer.status(429, "Retry-After", "3600"))) {
            Terminal.Outcome outcome = fetch(hub);
            assertThat(outcome.code()).isEqualTo(1);
            assertThat(outcome.err()).contains("429 (too many requests)", "left alone for 3600 s");
            assertThat(hub.requests()).hasSize(1);
            assertThat(cached()).isEmpty();
        }
    }

    @Test
    void aFileThatIsNotThereOrNotForEverybody() throws Exception {
        try (FileServer hub = new FileServer(model, FileServer.status(404), FileServer.status(403))) {
            Terminal.Outcome absent = fetch(hub);
            assertThat(absent.code()).isEqualTo(1);
            assertThat(absent.err())
                    .contains("there is no such file (404): " + hub.at("/some/models/resolve/main/tiny"));
            Terminal.Outcome refused = fetch(hub);
            assertThat(refused.code()).isEqualTo(1);
            assertThat(refused.err()).contains("was refused (403). Does the token in HF_TOKEN allow it?");
            assertThat(cached()).isEmpty();
        }
    }

    @Test
    void aFileWithAnotherHashThanTheHubTells() throws Exception {
        byte[] other = model.clone();
        other[other.length - 1] ^= 1;
        try (FileServer store = new FileServer(other, FileServer::whole);
                FileServer hub = new FileServer(new byte[0], redirect(store, model))) {
            Terminal.Outcome outcome = fetch(hub);
            assertThat(outcome.code()).isEqualTo(1);
            assertThat(outcome.err()).contains("SHA-256 " + Sha256.of(other), Sha256.of(model));
            assertThat(cached()).isEmpty();
        }
    }

    @Test
    void noNetwork() throws Exception {
        int port;
        try (ServerSocket taken = new ServerSocket(0)) {
            port = taken.getLocalPort();
        }
        Terminal.Outcome outcome = fetch("http://127.0.0.1:" + port);
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err()).contains("no answer from 127.0.0.1", "HF_ENDPOINT names another hub");
        assertThat(cached()).isEmpty();
    }
}
