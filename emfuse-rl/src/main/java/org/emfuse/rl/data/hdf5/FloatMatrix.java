package org.emfuse.rl.data.hdf5;

/**
 * Numbers of a data set, row-major, narrowed to single precision.
 *
 * @param rows its first dimension
 * @param columns its second dimension; 1 where it has one dimension
 * @param values [rows × columns]
 */
public record FloatMatrix(int rows, int columns, float[] values) {}
