/** HDF5 files that may be damaged or hostile: bounded reading, whole writing. */
@NullMarked
package org.emfuse.rl.data.hdf5;

import org.jspecify.annotations.NullMarked;
