package org.emfuse.rl.data.hdf5;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

import io.jhdf.object.datatype.BitField;
import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.EnumDataType;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.FloatingPoint;

/**
 * How an element of a data set is read as a number.
 *
 * @param kind what the numbers stand for
 * @param size of an element in bytes
 * @param order of its bytes
 * @param reading its value
 */
record ElementType(Kind kind, int size, ByteOrder order, Reading reading) {

    /** What the numbers stand for. */
    enum Kind {
        FLOAT,
        INTEGER,
        BOOLEAN
    }

    /** Value of the element that begins at a byte of a buffer. */
    @FunctionalInterface
    interface Reading {
        double at(ByteBuffer buffer, int offset);
    }

    /**
     * The reading of a type.
     *
     * @throws Unreadable that names the type if its elements are not numbers
     */
    static ElementType of(DataType type) {
        return switch (type) {
            case FloatingPoint floating -> floating(floating);
            case FixedPoint fixed -> fixed(fixed);
            case EnumDataType enumeration -> flags(enumeration);
            case BitField bits when bits.getSize() == 1 ->
                new ElementType(Kind.BOOLEAN, 1, ByteOrder.LITTLE_ENDIAN, ByteBuffer::get);
            default -> throw new Unreadable("its elements are " + name(type) + ", not numbers");
        };
    }

    private static ElementType floating(FloatingPoint type) {
        Reading reading = switch (type.getSize()) {
            case 2 -> (buffer, offset) -> Float.float16ToFloat(buffer.getShort(offset));
            case 4 -> ByteBuffer::getFloat;
            case 8 -> ByteBuffer::getDouble;
            default -> throw unusual(type.getSize());
        };
        int exponent = type.getSize() == 2 ? 5 : type.getSize() == 4 ? 8 : 11;
        int bias = (1 << (exponent - 1)) - 1;
        boolean standard = type.getBitOffset() == 0 && type.getBitPrecision() == 8 * type.getSize()
                && type.getMantissaLocation() == 0 && type.getMantissaSize() == 8 * type.getSize() - 1 - exponent
                && type.getExponentSize() == exponent && type.getExponentLocation() == type.getMantissaSize()
                && type.getExponentBias() == bias && type.getMantissaNormalization() == 2
                && type.getSignLocation() == 8 * type.getSize() - 1;
        if (!standard) {
            throw unusual(type.getSize());
        }
        return new ElementType(Kind.FLOAT, type.getSize(), type.getByteOrder(), reading);
    }

    private static Unreadable unusual(int size) {
        return new Unreadable("its elements are floating-point numbers of " + size
                + " bytes in a format other than float16, float32 and float64");
    }

    private static ElementType fixed(FixedPoint type) {
        int size = type.getSize();
        if (type.getBitOffset() != 0 || type.getBitPrecision() != 8 * size) {
            throw new Unreadable("its elements are integers that do not fill their bytes");
        }
        boolean signed = type.isSigned();
        Reading reading = switch (size) {
            case 1 -> signed ? ByteBuffer::get : (buffer, offset) -> Byte.toUnsignedInt(buffer.get(offset));
            case 2 -> signed
                    ? ByteBuffer::getShort
                    : (buffer, offset) -> Short.toUnsignedInt(buffer.getShort(offset));
            case 4 -> signed
                    ? ByteBuffer::getInt
                    : (buffer, offset) -> Integer.toUnsignedLong(buffer.getInt(offset));
            case 8 -> ByteBuffer::getLong;
            default -> throw new Unreadable("its elements are integers of " + size + " bytes");
        };
        return new ElementType(Kind.INTEGER, size, type.getByteOrder(), reading);
    }

    /** h5py stores booleans as an enumeration of FALSE and TRUE. */
    private static ElementType flags(EnumDataType type) {
        if (!type.getEnumMapping().equals(Map.of(0, "FALSE", 1, "TRUE"))
                || !(type.getBaseType() instanceof FixedPoint base)) {
            throw new Unreadable("its elements are " + name(type));
        }
        ElementType stored = fixed(base);
        return new ElementType(Kind.BOOLEAN, stored.size, stored.order, stored.reading);
    }

    private static String name(DataType type) {
        return switch (type.getDataClass()) {
            case 0 -> "integers";
            case 1 -> "floating-point numbers";
            case 2 -> "times";
            case 3 -> "strings";
            case 4 -> "bit fields";
            case 5 -> "opaque bytes";
            case 6 -> "compounds";
            case 7 -> "references";
            case 8 -> "an enumeration other than FALSE = 0, TRUE = 1";
            case 9 -> "of variable length";
            case 10 -> "arrays";
            default -> "of an unknown class";
        };
    }
}
