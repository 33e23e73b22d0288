#!/usr/bin/env bash
# Energy-based transition models (11 observations, 3 actions, head 200x4) beside plain PyTorch: a training step, a prediction
# of 5000 rows and a step of a fused model. Long-lived workers, a block of repetitions each in turn.
#
#   benchmarks/peers/etm.sh [PAIRS] [REPETITIONS] [MODE...]    (default 20 pairs of blocks of 2; train predict rollout)
#
# etm_pytorch.py says what the modes do. PYTHON names an interpreter that has benchmarks/peers/requirements.txt (default
# python3); needs a JDK 25 as java or in JAVA_HOME, and Maven. Choose with WORKERS, a list of usual-WORKERS (resilient chains of
# 12 steps, the processor's fastest type), single-WORKERS (the same in single precision), published-WORKERS (the same chains as
# PyTorch's, single precision), pytorch-THREADS or pytorch-THREADS-CHUNK. The first one is compared with the others.
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
pairs=${1:-20}
repetitions=${2:-2}
shift $(($# < 2 ? $# : 2))
[ $# -gt 0 ] || set -- train predict rollout
python=${PYTHON:-python3}
bin=${JAVA_HOME:+$JAVA_HOME/bin/}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# These slow a current numpy where a machine sets them.
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE

classpath=$(CLASSPATH_ONLY=$work "$here/../rl/java.sh" "$here/EnergyWorker.java")

lscpu | sed -n 's/^Model name: */cpu: /p'
for mode in "$@"; do
    printf '\n%s (processors: %s, load: %s)\n' "$mode" "$(nproc)" "$(cut -d' ' -f1-3 /proc/loadavg)"
    workers=()
    for worker in ${WORKERS:-usual-2 published-2 pytorch-1 pytorch-2}; do
        IFS=- read -r side threads chunk <<<"$worker"
        case $side in
            usual | single | published) command="${bin}java --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -cp $classpath EnergyWorker $mode $side $threads" ;;
            pytorch) command="$python $here/etm_pytorch.py $mode $threads $chunk" ;;
            *) echo "unknown worker $worker" >&2 && exit 2 ;;
        esac
        workers+=("$worker=$command")
    done
    python3 "$here/interleave.py" "$pairs" "$repetitions" "${workers[@]}"
done
printf 'load at the end: %s\n' "$(cut -d' ' -f1-3 /proc/loadavg)"
