#!/usr/bin/env bash
# One update of soft actor-critic (11 observations, 3 actions, 256x2, batch 256, replay of 100,000) beside plain PyTorch and
# stable-baselines3: long-lived workers, a block of updates each in turn.
#
#   benchmarks/peers/sac.sh [PAIRS] [UPDATES]    (default 20 pairs of blocks of 200 updates)
#
# PYTHON names an interpreter that has benchmarks/peers/requirements.txt (default python3); needs a JDK 25 as java or in
# JAVA_HOME, and Maven. Each side runs with one and with two threads; choose with WORKERS, a list of
# ours-PRODUCTS-REST, pytorch-THREADS, pytorch-fused-THREADS, sb3-THREADS. The first one is compared with the others.
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
home=$here/../..
pairs=${1:-20}
updates=${2:-200}
python=${PYTHON:-python3}
bin=${JAVA_HOME:+$JAVA_HOME/bin/}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# These slow a current numpy where a machine sets them.
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE

classpath=$(CLASSPATH_ONLY=$work "$home/benchmarks/rl/java.sh" "$here/SacWorker.java")

lscpu | sed -n 's/^Model name: */cpu: /p'
printf 'processors: %s, load: %s\n' "$(nproc)" "$(cut -d' ' -f1-3 /proc/loadavg)"
"${bin}java" -version 2>&1 | sed -n 2p
workers=()
for worker in ${WORKERS:-ours-2-1 ours-1-1 pytorch-1 pytorch-2 sb3-1 sb3-2}; do
    IFS=- read -r side first second <<<"$worker"
    case $side in
        ours) command="${bin}java --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -cp $classpath SacWorker $first $second" ;;
        pytorch) if [ "$first" = fused ]; then command="$python $here/sac_pytorch.py $second fused"; else
            command="$python $here/sac_pytorch.py $first"; fi ;;
        sb3) command="$python $here/sac_sb3.py $first" ;;
        *) echo "unknown worker $worker" >&2 && exit 2 ;;
    esac
    workers+=("$worker=$command")
done
python3 "$here/interleave.py" "$pairs" "$updates" "${workers[@]}"
printf 'load at the end: %s\n' "$(cut -d' ' -f1-3 /proc/loadavg)"
