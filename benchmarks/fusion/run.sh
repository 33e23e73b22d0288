#!/usr/bin/env bash
# The cost of fusing one token: plain against vector kernel, run in turn, medians of three runs.
#
#   benchmarks/fusion/run.sh      (after ./emfuse was built; needs a JDK 25 as java or in JAVA_HOME)
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
core=$(ls "$here"/../../emfuse-cli/target/app/emfuse-core-*.jar)
nproc | sed 's/$/ processors/'
for _ in 1 2 3; do
    for vector in false true; do
        "$java" --add-modules jdk.incubator.vector "-Demfuse.vector=$vector" -XX:+UseSerialGC -cp "$core" \
            "$here/FusionBenchmark.java" 2>/dev/null
    done
done | python3 -c '
import collections, statistics, sys
times = collections.defaultdict(lambda: collections.defaultdict(list))
for line in sys.stdin:
    kernel, what, size, micros = line.rstrip("\n").split("\t")
    times[what, int(size)][kernel.split()[0]].append(float(micros))
print("%-20s %8s %12s %12s %8s" % ("", "outcomes", "plain us", "vector us", "ratio"))
for (what, size), kernels in times.items():
    plain, vector = (statistics.median(kernels[k]) for k in ("scalar", "vector"))
    print("%-20s %8d %12.0f %12.0f %8.2f" % (what, size, plain, vector, plain / vector))
'
