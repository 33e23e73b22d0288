"""Writes the Parquet files of this folder and the CSV file with the same rows. Needs pyarrow; tests do not."""
import os
import pathlib

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

os.chdir(pathlib.Path(__file__).parent)

TRIPS, STEPS = 12, 20


def table():
    rows = []
    for step in range(STEPS):  # episodes interleaved, steps backwards: readers must group and sort
        for trip in range(TRIPS):
            t = STEPS - 1 - step
            rows.append((f"trip-{trip}", t, 0.1 * trip + t * t / 7, trip - 0.3 * t, ((trip * 31 + t * 17) % 13) / 13 - 0.5,
                         -0.01 * t * trip, trip % 2 == 0 and t == STEPS - 1))
    trip, step, x, v, u, r, done = zip(*rows)
    return pa.table({
        "trip": pa.array(trip, pa.string()),
        "step": pa.array(step, pa.int64()),
        "x": pa.array(x, pa.float64()),
        "v": pa.array(v, pa.float32()),
        "u": pa.array(u, pa.float64()),
        "r": pa.array(r, pa.float64()),
        "done": pa.array(done, pa.bool_()),
        "gear": pa.array([s % 5 for s in step], pa.int32()),
    })


rows = table()
for codec in ("none", "snappy", "gzip", "zstd", "lz4", "brotli"):
    pq.write_table(rows, f"trips-{codec}.parquet", compression=codec)
pq.write_table(rows, "trips-checksums.parquet", compression="snappy", write_page_checksum=True, row_group_size=100,
               data_page_version="2.0", use_dictionary=False)
pq.write_table(rows, "trips-index.parquet", compression="snappy", write_page_index=True, data_page_size=256,
               use_dictionary=["trip"], write_batch_size=32)
pyarrow.csv.write_csv(rows, "trips.csv")

# other types of the same meaning; cells without a value; a dot in a name
pq.write_table(pa.table({
    "trip": pa.array([7, 7, 7, 9, 9], pa.uint16()),
    "when": pa.array([30, 10, 20, 2, 1], pa.timestamp("ns")),
    "x": pa.array([3, 1, 2, 5, 4], pa.int8()),
    "u": pa.array([None, 0.1, 0.2, float("nan"), 0.4], pa.float32()),
    "r": pa.array([None, 1, 2, None, 4], pa.int32()),
    "done": pa.array([1, 0, 0, 0, 0], pa.int8()),
    "robot.x": pa.array([3, 1, 2, 5, 4]),
    "label": pa.array(["a", "b", None, "d", "e"]),
    "gap": pa.array([1.0, None, 3.0, 4.0, 5.0]),
    "pair": pa.array([[1.0, 2.0]] * 5),
    "price": pa.array([1, 2, 3, 4, 5]).cast(pa.decimal128(25, 2)),
}), "types.parquet")
