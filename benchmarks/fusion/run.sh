#!/usr/bin/env bash
# The cost of fusing one token: plain against vector kernel, medians of JMH's samples, two forks each.
#
#   benchmarks/fusion/run.sh [options of JMH]      (needs Maven, and a JDK 25 as java or in JAVA_HOME; about 5 minutes)
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
(cd "$here/../.." && mvn -B -q -DskipTests -Dspotless.check.skip -pl benchmarks/fusion -am package)
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
for vector in false true; do
    "$java" -cp "$here/target/classes:$here/target/lib/*" org.openjdk.jmh.Main -jvmArgsPrepend "-Demfuse.vector=$vector" \
        -foe true -rf json -rff "$out/$vector.json" "$@" >"$out/log" 2>&1 || { tail -n 20 "$out/log" >&2; exit 1; }
done
nproc | sed 's/$/ processors/'
python3 - "$out" <<'PY'
import json, sys
medians = []
for vector in ("false", "true"):
    medians.append({(b["benchmark"].rsplit(".", 1)[1], int(b["params"]["outcomes"])): b["primaryMetric"]["scorePercentiles"]["50.0"]
                    for b in json.load(open("%s/%s.json" % (sys.argv[1], vector)))})
print("%-12s %8s %12s %12s %8s" % ("", "outcomes", "plain us", "vector us", "ratio"))
for key, plain in sorted(medians[0].items(), key=lambda item: (item[0][1], item[1])):
    print("%-12s %8d %12.0f %12.0f %8.2f" % (*key, plain, medians[1][key], plain / medians[1][key]))
PY
