package org.emfuse.rl.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;

import dev.hardwood.InputFile;
import dev.hardwood.internal.metadata.PageHeader;
import dev.hardwood.internal.metadata.PageHeader.PageType;
import dev.hardwood.internal.thrift.OffsetIndexReader;
import dev.hardwood.internal.thrift.PageHeaderReader;
import dev.hardwood.internal.thrift.ThriftCompactReader;
import dev.hardwood.metadata.ColumnChunk;
import dev.hardwood.metadata.CompressionCodec;
import dev.hardwood.metadata.PageLocation;

/**
 * Checks the pages of a column's part before they are decompressed. Native Snappy writes as many bytes as the compressed data
 * say, wherever they end; so these must say what the page header says, by which the reader sizes its buffer (decision note
 * 13). Pages that claim to be enormous are refused, too.
 */
final class ParquetPages {

    /** No writer makes larger pages; the usual size is 1 MB. */
    private static final int PAGE_LIMIT = 1 << 28;
    /** Values of one page; runs of equal values take no space, so their number says little about the size. */
    private static final int VALUE_LIMIT = 1 << 26;

    private final InputFile file;
    private final ColumnChunk chunk;
    private final boolean snappy;

    private ParquetPages(InputFile file, ColumnChunk chunk) {
        this.file = file;
        this.chunk = chunk;
        this.snappy = chunk.metaData().codec() == CompressionCodec.SNAPPY;
    }

    /**
     * Checks all pages of a flat column's part.
     *
     * @param file open
     * @throws IOException that says what is wrong
     */
    static void check(InputFile file, ColumnChunk chunk) throws IOException {
        new ParquetPages(file, chunk).check();
    }

    private void check() throws IOException {
        long start = chunk.chunkStartOffset();
        ByteBuffer bytes = file.readRange(start, Math.toIntExact(chunk.metaData().totalCompressedSize()));
        Set<Long> dataPages = new HashSet<>();
        long values = 0;
        int position = 0;
        while (values < chunk.metaData().numValues()) {
            if (position >= bytes.limit()) {
                throw new IOException("it declares " + chunk.metaData().numValues() + " values and holds " + values);
            }
            ThriftCompactReader reader = new ThriftCompactReader(bytes, position);
            PageHeader header = PageHeaderReader.read(reader);
            int body = position + reader.getBytesRead();
            if (header.compressedPageSize() > bytes.limit() - body) {
                throw new IOException("a page claims " + header.compressedPageSize() + " bytes, more than there are");
            }
            int count = page(header, bytes.slice(body, header.compressedPageSize()));
            if (header.type() == PageType.DATA_PAGE || header.type() == PageType.DATA_PAGE_V2) {
                dataPages.add(start + position);
                values += count;
            }
            position = body + header.compressedPageSize();
        }
        if (values != chunk.metaData().numValues()) {
            throw new IOException("it declares " + chunk.metaData().numValues() + " values and holds " + values);
        }
        checkIndex(dataPages);
    }

    /** Checks a page; the number of its values. */
    private int page(PageHeader header, ByteBuffer body) throws IOException {
        int size = header.uncompressedPageSize();
        int count = 0;
        switch (header.type()) {
            case DATA_PAGE -> {
                count = header.dataPageHeader().numValues();
                checkSnappy(body, size);
            }
            case DICTIONARY_PAGE -> {
                count = header.dictionaryPageHeader().numValues();
                if (count > size) {
                    throw new IOException("a dictionary claims " + count + " values in " + size + " bytes");
                }
                checkSnappy(body, size);
            }
            case DATA_PAGE_V2 -> {
                count = header.dataPageHeaderV2().numValues();
                long levels = (long) header.dataPageHeaderV2().repetitionLevelsByteLength()
                        + header.dataPageHeaderV2().definitionLevelsByteLength();
                if (levels > Math.min(body.limit(), size)) {
                    throw new IOException("a page claims " + levels + " bytes of levels in " + body.limit());
                }
                if (header.dataPageHeaderV2().isCompressed() && levels < body.limit()) {
                    checkSnappy(body.slice((int) levels, body.limit() - (int) levels), size - (int) levels);
                }
            }
            case INDEX_PAGE -> {
            }
        }
        if (size < 0 || size > PAGE_LIMIT || count < 0 || count > VALUE_LIMIT) {
            throw new IOException("a page claims " + count + " values in " + size + " bytes");
        }
        return count;
    }

    /** The size at the start of Snappy's format, seven bits a byte, low bits first. */
    private void checkSnappy(ByteBuffer compressed, int expected) throws IOException {
        if (!snappy) {
            return;
        }
        long size = 0;
        for (int i = 0; i < 5 && i < compressed.limit(); i++) {
            byte bits = compressed.get(i);
            size |= (bits & 0x7fL) << (7 * i);
            if (bits >= 0) {
                if (size != expected) {
                    throw new IOException("a page claims " + expected + " bytes, its compressed data " + size);
                }
                return;
            }
        }
        throw new IOException("the compressed data of a page do not say their size");
    }

    /** An index of pages may only name pages that were checked. */
    private void checkIndex(Set<Long> dataPages) throws IOException {
        Long offset = chunk.offsetIndexOffset();
        Integer length = chunk.offsetIndexLength();
        if (offset == null || length == null) {
            return;
        }
        for (PageLocation page : OffsetIndexReader.read(new ThriftCompactReader(file.readRange(offset, length)))
                .pageLocations()) {
            if (!dataPages.contains(page.offset())) {
                throw new IOException("its index names a page at byte " + page.offset() + ", where none begins");
            }
        }
    }
}
