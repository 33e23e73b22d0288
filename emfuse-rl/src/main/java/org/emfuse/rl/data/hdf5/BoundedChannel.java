package org.emfuse.rl.data.hdf5;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file, mapped read-only, whose reader is not trusted to stop. Every access is checked against the file's size; what is
 * read in all and how deep the reader has recursed are limited, so that tables which refer to themselves end with a message.
 * One thread at a time; closing it unmaps the file.
 */
final class BoundedChannel extends FileChannel {

    /** Frames of a stack that an honest file does not need by far. */
    private static final int DEPTH = 1500;
    private static final int DEPTH_CHECK = 64;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment content;
    private long allowance;
    private int reads;

    BoundedChannel(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            content = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
        } catch (IOException | RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    /** Lets {@code bytes} more be read. */
    void allow(long bytes) {
        allowance += bytes;
    }

    @Override
    public long size() {
        return content.byteSize();
    }

    /** Tables and headers: counted. */
    @Override
    public int read(ByteBuffer target, long position) {
        int length = target.remaining();
        check(position, length);
        allowance -= length + 8L;
        if (allowance < 0) {
            throw new Unreadable("its tables refer to themselves, or to far more than it holds");
        }
        if (++reads % DEPTH_CHECK == 0
                && StackWalker.getInstance().walk(stack -> stack.limit(DEPTH).count()) == DEPTH) {
            throw new Unreadable("its tables refer to themselves");
        }
        target.put(content.asSlice(position, length).asByteBuffer());
        return length;
    }

    /** Data: not counted, since data are asked for piece by piece by who knows how many there must be. */
    @Override
    public MappedByteBuffer map(MapMode mode, long position, long length) {
        check(position, length);
        if (length > Integer.MAX_VALUE) {
            throw new Unreadable(
                    "a piece of " + length + " bytes is more than a program can hold at a time");
        }
        return (MappedByteBuffer) content.asSlice(position, length).asByteBuffer();
    }

    private void check(long position, long length) {
        if (position < 0 || length < 0 || position > size() - length) {
            throw new Unreadable("it refers to " + length + " bytes at " + position + ", the file has "
                    + size() + " bytes");
        }
    }

    @Override
    protected void implCloseChannel() {
        arena.close();
    }

    @Override
    public int read(ByteBuffer target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer source) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer source, long position) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long position() {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel position(long position) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel truncate(long size) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void force(boolean metadata) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) {
        throw new UnsupportedOperationException();
    }
}
