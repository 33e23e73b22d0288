package org.emfuse.rl.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnknownFieldSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines and event files, read back by other means than they were written. */
class MetricsLogTest {

    @TempDir
    private Path folder;

    @Test
    void linesAndEventsHoldTheSameNumbers() throws IOException {
        try (MetricsLog log = MetricsLog.open(folder, MetricsLog.Position.START)) {
            log.add("update", 100, RunFolder.scalars("critic_loss", 0.5, "value", -3.25));
            log.add("evaluation", 200, RunFolder.scalars("return", -150, "score", Double.NaN));
        }
        assertThat(Files.readAllLines(folder.resolve("metrics.jsonl"))).containsExactly(
                "{\"kind\":\"update\",\"step\":100,\"critic_loss\":0.5,\"value\":-3.25}",
                "{\"kind\":\"evaluation\",\"step\":200,\"return\":-150.0}");
        List<String> events = events();
        assertThat(events).containsExactly("version brain.Event:2", "100 update/critic_loss 0.5 update/value -3.25",
                "200 evaluation/return -150.0");
    }

    @Test
    void reopenedFilesAreCutToTheirPosition() throws IOException {
        MetricsLog.Position position;
        try (MetricsLog log = MetricsLog.open(folder, MetricsLog.Position.START)) {
            log.add("update", 1, RunFolder.scalars("a", 1, "b", 2));
            position = log.sync();
            log.add("update", 2, RunFolder.scalars("a", 1, "b", 2));
            log.add("update", 2, RunFolder.scalars("a", 1, "b", 2)); // more than what is written in its place
        }
        try (MetricsLog log = MetricsLog.open(folder, position)) {
            log.add("update", 3, RunFolder.scalars("a", 1, "b", 2));
        }
        assertThat(Files.readAllLines(folder.resolve("metrics.jsonl"))).hasSize(2).last().asString()
                .contains("\"step\":3");
        assertThat(events()).hasSize(3).last().asString().startsWith("3 ");
    }

    /** Every record of the event file: lengths and sums checked, fields by their numbers in TensorFlow's messages. */
    private List<String> events() throws IOException {
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(folder.resolve("events.out.tfevents.emfuse")))
                .order(ByteOrder.LITTLE_ENDIAN);
        List<String> events = new ArrayList<>();
        while (file.hasRemaining()) {
            byte[] header = new byte[8];
            file.get(header);
            assertThat(file.getInt()).isEqualTo(masked(header));
            byte[] data = new byte[(int) ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getLong()];
            file.get(data);
            assertThat(file.getInt()).isEqualTo(masked(data));
            events.add(event(UnknownFieldSet.parseFrom(CodedInputStream.newInstance(data))));
        }
        return events;
    }

    private static int masked(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        long sum = crc.getValue();
        return (int) (((sum >>> 15) | (sum << 17)) + 0xa282ead8L);
    }

    private static String event(UnknownFieldSet event) throws IOException {
        double now = System.currentTimeMillis() / 1000.0;
        assertThat(Double.longBitsToDouble(event.getField(1).getFixed64List().getFirst())).isCloseTo(now,
                within(600.0));
        if (event.hasField(3)) {
            return "version " + event.getField(3).getLengthDelimitedList().getFirst().toStringUtf8();
        }
        StringBuilder text = new StringBuilder().append(event.getField(2).getVarintList().getFirst());
        UnknownFieldSet summary = UnknownFieldSet.parseFrom(event.getField(5).getLengthDelimitedList().getFirst());
        for (var bytes : summary.getField(1).getLengthDelimitedList()) {
            UnknownFieldSet value = UnknownFieldSet.parseFrom(bytes);
            text.append(' ').append(value.getField(1).getLengthDelimitedList().getFirst().toStringUtf8()).append(' ')
                    .append(Float.intBitsToFloat(value.getField(2).getFixed32List().getFirst()));
        }
        return text.toString();
    }
}
