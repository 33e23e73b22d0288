package org.emfuse.rl.train;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.CRC32C;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;

/**
 * A TensorBoard event file: records of TensorFlow's {@code Event} message, each framed by its length and two masked
 * CRC-32C sums. Only scalars are written.
 */
final class EventFile implements AutoCloseable {

    // Field numbers of Event, Summary and Summary.Value.
    private static final int WALL_TIME = 1;
    private static final int STEP = 2;
    private static final int FILE_VERSION = 3;
    private static final int SUMMARY = 5;
    private static final int VALUE = 1;
    private static final int TAG = 1;
    private static final int SIMPLE_VALUE = 2;

    private final RandomAccessFile file;

    /** Opens a file and cuts it to a length; a length of 0 begins it anew. */
    EventFile(Path path, long length) throws IOException {
        this.file = new RandomAccessFile(path.toFile(), "rw");
        file.setLength(length);
        file.seek(length);
        if (length == 0) {
            ByteString.Output out = ByteString.newOutput();
            CodedOutputStream event = CodedOutputStream.newInstance(out);
            event.writeDouble(WALL_TIME, now());
            event.writeString(FILE_VERSION, "brain.Event:2");
            event.flush();
            record(out.toByteString().toByteArray());
        }
    }

    private static double now() {
        return System.currentTimeMillis() / 1000.0;
    }

    /** Adds scalars of one step. */
    void add(long step, Map<String, Double> scalars) {
        try {
            ByteString.Output summaryBytes = ByteString.newOutput();
            CodedOutputStream summary = CodedOutputStream.newInstance(summaryBytes);
            for (Map.Entry<String, Double> scalar : scalars.entrySet()) {
                ByteString.Output valueBytes = ByteString.newOutput();
                CodedOutputStream value = CodedOutputStream.newInstance(valueBytes);
                value.writeString(TAG, scalar.getKey());
                value.writeFloat(SIMPLE_VALUE, scalar.getValue().floatValue());
                value.flush();
                summary.writeBytes(VALUE, valueBytes.toByteString());
            }
            summary.flush();
            ByteString.Output eventBytes = ByteString.newOutput();
            CodedOutputStream event = CodedOutputStream.newInstance(eventBytes);
            event.writeDouble(WALL_TIME, now());
            event.writeInt64(STEP, step);
            event.writeBytes(SUMMARY, summaryBytes.toByteString());
            event.flush();
            record(eventBytes.toByteString().toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException("the event file could not be written", e);
        }
    }

    private void record(byte[] data) throws IOException {
        byte[] length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(data.length).array();
        ByteBuffer record = ByteBuffer.allocate(16 + data.length).order(ByteOrder.LITTLE_ENDIAN);
        record.put(length).putInt(masked(length)).put(data).putInt(masked(data));
        file.write(record.array());
    }

    private static int masked(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        int sum = (int) crc.getValue();
        return Integer.rotateRight(sum, 15) + 0xa282ead8;
    }

    /** Brings everything to the disk; returns the bytes written so far. */
    long sync() throws IOException {
        file.getFD().sync();
        return file.length();
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the event file could not be closed", e);
        }
    }
}
