#!/usr/bin/env bash
# Hold-out errors of the plain energy-based transition model beside plain PyTorch: the same 10,000 rows of a pendulum's noisy
# swing-ups, the same division, batches of 256, 16 negatives of 50 steps.
#
#   benchmarks/peers/etm_fidelity.sh FOLDER [SEEDS] [UPDATES]    (default 5 seeds of 1000 updates; two hours on two cores)
#
# Keeps every finished training in FOLDER and goes on there when it is called again. PYTHON names an interpreter that has
# benchmarks/peers/requirements.txt (default python3); needs a JDK 25 as java or in JAVA_HOME, and Maven.
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
home=$here/../..
folder=${1:?FOLDER}
seeds=${2:-5}
updates=${3:-1000}
python=${PYTHON:-python3}
bin=${JAVA_HOME:+$JAVA_HOME/bin/}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# These slow a current numpy where a machine sets them.
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE

mkdir -p "$folder"
classpath=$(CLASSPATH_ONLY=$work "$here/../rl/java.sh" "$here/EnergyFidelity.java")
ours() {
    "${bin}java" --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -cp "$classpath" EnergyFidelity "$@"
}

data=$folder/data.safetensors
if [ ! -f "$data" ]; then
    "$home/emfuse" rl collect --env Pendulum-v1 --policy pendulum-swingup:noise=0.3 --transitions 10000 --seed 7 \
        --output "$work/log.hdf5"
    ours data "$work/log.hdf5" 7 "$work/data.safetensors"
    mv "$work/data.safetensors" "$data"
fi
train() {
    local out=$folder/$1-$2.json
    shift 2
    [ -f "$out" ] && return
    printf '%s: %s\n' "$(date +%T)" "$(basename "$out")"
    "$@" "$work/out.json" > "$work/log" || { cat "$work/log" >&2; exit 1; }
    mv "$work/out.json" "$out"
}
for ((seed = 1; seed <= seeds; seed++)); do
    train float32 "$seed" ours train "$data" float32 "$seed" "$updates"
    train fastest "$seed" ours train "$data" fastest "$seed" "$updates"
    train pytorch "$seed" "$python" "$here/etm_fidelity.py" "$data" "$seed" "$updates"
done
"$python" "$here/etm_fidelity_table.py" "$folder"
