package org.emfuse.rl.data;

import java.nio.file.Path;

import dev.hardwood.metadata.LogicalType;
import dev.hardwood.metadata.PhysicalType;
import dev.hardwood.reader.ColumnReader;
import dev.hardwood.reader.Validity;
import dev.hardwood.schema.ColumnSchema;
import org.jspecify.annotations.Nullable;

/** The values of one column in the current batch, whatever their type in the file. */
final class ParquetColumn {

    private final ColumnSchema schema;
    private final String name;
    private final boolean unsigned;
    private Validity validity = Validity.NO_NULLS;
    private int @Nullable [] ints;
    private long @Nullable [] longs;
    private float @Nullable [] floats;
    private double @Nullable [] doubles;
    private boolean @Nullable [] booleans;
    private String @Nullable [] strings;

    /**
     * A column by its description.
     *
     * @throws IllegalArgumentException if values of its type are neither numbers nor truth values nor texts
     */
    ParquetColumn(Path file, ColumnSchema schema) {
        this.schema = schema;
        this.name = schema.fieldPath().toString();
        LogicalType logical = schema.logicalType();
        this.unsigned = logical instanceof LogicalType.IntType type && !type.isSigned();
        boolean readable = switch (schema.type()) {
            case INT32, INT64, FLOAT, DOUBLE, BOOLEAN -> !(logical instanceof LogicalType.DecimalType);
            case BYTE_ARRAY -> logical == null || logical instanceof LogicalType.StringType
                    || logical instanceof LogicalType.EnumType;
            case FIXED_LEN_BYTE_ARRAY, INT96 -> false;
        };
        if (!readable || schema.fieldPath().elements().size() > 1 || schema.maxRepetitionLevel() > 0) {
            throw new IllegalArgumentException("the file " + file + ", column '" + name + "' is "
                    + (schema.maxRepetitionLevel() > 0 ? "a list" : describe(schema))
                    + "; plain columns of integers, floats, doubles, booleans or strings are read,"
                    + " one per coordinate. Convert it first");
        }
    }

    private static String describe(ColumnSchema schema) {
        return "of type " + schema.type() + (schema.logicalType() == null ? "" : " (" + schema.logicalType() + ")");
    }

    String name() {
        return name;
    }

    /** Takes the values of the reader's batch, which stay valid until its next. */
    void load(ColumnReader reader) {
        validity = reader.getLeafValidity();
        switch (schema.type()) {
            case INT32 -> ints = reader.getInts();
            case INT64 -> longs = reader.getLongs();
            case FLOAT -> floats = reader.getFloats();
            case DOUBLE -> doubles = reader.getDoubles();
            case BOOLEAN -> booleans = reader.getBooleans();
            default -> strings = reader.getStrings();
        }
    }

    boolean isNull(int i) {
        return validity.isNull(i);
    }

    /** Whether values are texts, which CSV cells are too. */
    boolean isText() {
        return schema.type() == PhysicalType.BYTE_ARRAY;
    }

    String text(int i) {
        if (strings != null) {
            return strings[i];
        }
        if (ints != null || longs != null) {
            return unsigned ? Long.toUnsignedString(whole(i)) : Long.toString(whole(i));
        }
        double value = number(i);
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    /** A number; 1 for true, 0 for false. Not for texts. */
    double number(int i) {
        if (floats != null) {
            return floats[i];
        }
        if (doubles != null) {
            return doubles[i];
        }
        if (booleans != null) {
            return booleans[i] ? 1 : 0;
        }
        long value = whole(i);
        return unsigned && value < 0 ? (value >>> 1) * 2.0 : value;
    }

    private long whole(int i) {
        if (ints != null) {
            return unsigned ? Integer.toUnsignedLong(ints[i]) : ints[i];
        }
        return longs == null ? 0 : longs[i];
    }

    /** A time for ordering: whole numbers exactly, whatever their unit, as a column has one unit only. */
    RowTime time(int i) {
        return ints != null || longs != null ? RowTime.whole(whole(i)) : new RowTime(number(i), 0, false);
    }
}
