#!/usr/bin/env bash
# The thread counts that serve one model best, and two models: the table of docs/reference/threads.md.
#
#   benchmarks/rl/threads.sh [ROUNDS] [SECTION...]
#
# Sections: sac, mlp-ROWS-FLOAT32, mlp-ROWS-BFLOAT16 (default: sac and both types with 1024 and 4096 rows). Each setting is a
# process of its own; all run in turn. A setting is PRODUCTS-REST-MODELS; passive ones run with OMP_WAIT_POLICY=PASSIVE.
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
rounds=${1:-20}
shift || true
bin=${JAVA_HOME:+$JAVA_HOME/bin/}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset OMP_NUM_THREADS OMP_WAIT_POLICY
classpath=$(CLASSPATH_ONLY=$work "$here/java.sh" "$here/ThreadWorker.java")
n=$(nproc)
lscpu | sed -n 's/^Model name: */cpu: /p'
[ $# -gt 0 ] || set -- sac mlp-1024-FLOAT32 mlp-4096-FLOAT32 mlp-1024-BFLOAT16 mlp-4096-BFLOAT16
for section in "$@"; do
    workers=()
    for setting in "1-1-1" "$n-1-1" "1-$n-1" "$n-$n-1" "passive-$n-1-1" "passive-1-$n-1" "passive-$n-$n-1" "1-1-$n"; do
        words=${setting#passive-}
        command="${bin}java --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -cp $classpath ThreadWorker $section ${words//-/ }"
        [ "$words" = "$setting" ] || command="env OMP_WAIT_POLICY=PASSIVE $command"
        workers+=("$setting=$command")
    done
    printf '\n%s (processors: %s, load: %s)\n' "$section" "$n" "$(cut -d' ' -f1-3 /proc/loadavg)"
    python3 "$here/../peers/interleave.py" "$rounds" "${REPETITIONS:-20}" "${workers[@]}"
done
