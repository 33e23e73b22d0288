#!/usr/bin/env bash
# What one any-step energy per domain costs beside ensembles of five and seven plain energies per domain: parameters, training at
# as many updates and at the same error, model steps, memory, score.
#
#   benchmarks/rl/costs.sh FOLDER [ENV] [SEED] [BUDGET]    (default Pendulum-v1, 1, cpu: two hours on two cores)
#
# Keeps everything in FOLDER and goes on there when it is called again; FOLDER may be one of 'emfuse rl table' with that budget.
# Needs a JDK 25 as java or in JAVA_HOME, Maven and python3. Trainings run one after the other, each on all processors.
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
folder=$(realpath -m -- "${1:?FOLDER}")
env=${2:-Pendulum-v1}
seed=${3:-1}
budget=${4:-cpu}
methods=(emfuse etm-ensembles:5 etm-ensembles:7)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(
    IFS=,
    "$here/../../emfuse" rl table --envs "$env" --seeds "$seed" --budget "$budget" --methods "${methods[*]}" --output "$folder"
)
bin=${JAVA_HOME:+$JAVA_HOME/bin/}
# Both in one folder, and so on one class path.
CLASSPATH_ONLY=$work "$here/java.sh" "$here/ModelCost.java" >/dev/null
classpath=$(CLASSPATH_ONLY=$work "$here/java.sh" "$here/SimulatorCost.java")
run() {
    "${bin}java" --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -cp "$classpath" "$@"
}
keep() {
    local out=$1
    shift
    [ -f "$out" ] && return
    "$@" >"$out.part"
    mv "$out.part" "$out"
}
# Those of another environment or seed are other measurements.
costs=$folder/costs/$env/seed-$seed
mkdir -p "$costs"
for log in "$folder/$env/seed-$seed/data/"*.hdf5; do
    for kind in adetm etm; do
        keep "$costs/$(basename "$log" .hdf5)-$kind.jsonl" run ModelCost "$log" "$budget" "$kind" "$seed" "$(nproc)" 100
    done
done
for method in "${methods[@]}"; do
    keep "$costs/${method/:/-}.json" run SimulatorCost "$folder" "$env" "$seed" "$method" "$(nproc)" 1 256 5000
done
lscpu | sed -n 's/^Model name: */cpu: /p'
python3 "$here/costs.py" "$folder" "$env" "$seed"
