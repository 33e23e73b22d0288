#!/usr/bin/env bash
# Memory of three adapters on one base: the most there is, against one expert without an adapter and the sum that it should stay
# below, and whether it stays flat over decisions and over contexts.
#
#   benchmarks/llm/memory.sh [ENGINE] [DECISIONS] [CONTEXTS]      (after ./emfuse was built and ran once; JDK 25 in JAVA_HOME)
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
root=$here/../..
engine=${1:-embedded}
decisions=${2:-5000}
contexts=${3:-1000}
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
class_path=${CLASS_PATH:-$(printf '%s:' "$root"/emfuse-cli/target/app/*.jar)}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
run() {
    "$java" --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -Xmx256m \
        -XX:TrimNativeHeapInterval=10000 -cp "$class_path" "$here/FusedMemory.java" "$engine" "$@" 2>"$out/err" || { cat "$out/err" >&2; exit 1; }
}
cat >"$out/one.yaml" <<'YAML'
base: smollm2-135m-instruct
experts:
  - name: base
YAML
run "$out/one.yaml" peak | tee "$out/one"
run "$root/models/demo.yaml" peak | tee "$out/three"
python3 - "$out" <<'PY'
import re, sys
one, three = (int(re.search(r": (\d+) MiB", open("%s/%s" % (sys.argv[1], name)).read()).group(1)) for name in ("one", "three"))
adapter, cache = 3.5, 2048 * 30 * 2 * 3 * 64 * 2 / 2**20
limit = one + 3 * (adapter + cache) + 350
print("one %d + 3 x (adapter %.1f + cache %.1f) + 350 = %.0f MiB; three adapters take %d: %s"
      % (one, adapter, cache, limit, three, "within" if three <= limit else "OVER"))
PY
[ "$contexts" = 0 ] || run "$root/models/demo.yaml" contexts "$contexts" | tail -n 1 | sed "s/^/$contexts contexts: /"
[ "$decisions" = 0 ] || run "$root/models/demo.yaml" decisions "$decisions" | tail -n 1 | sed "s/^/$decisions decisions: /"
