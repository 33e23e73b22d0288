#!/usr/bin/env bash
# Soft actor-critic from scratch: five environments, seeds 1 to 5, each scored in 100 fixed episodes.
#
#   benchmarks/sac/run.sh OUT
#
# OUT receives a folder ENVIRONMENT/SEED per run. Runs that are finished are skipped and those that were stopped go on, so the
# same command continues after an interruption. JOBS runs at a time (default 2), each on a processor of its own: with two
# threads each they would stand in each other's way. ENVIRONMENTS and SEEDS (lists of words) select a part.
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
out=${1:?OUT}
read -ra environments <<<"${ENVIRONMENTS:-Pendulum-v1 CartPoleSwingUp-v0 PointMass2D-v0 PointMass2D-v0:obstacles=1 Reacher2D-v0}"
read -ra seeds <<<"${SEEDS:-1 2 3 4 5}"
read -ra processors <<<"$(python3 -c 'import os; print(*sorted(os.sched_getaffinity(0)))')"
jobs=${JOBS:-2}
((jobs <= ${#processors[@]})) || jobs=${#processors[@]}

train() {
    local environment=$1 seed=$2 cell=$out/$1/$2 resume=()
    if [ -e "$cell/result.json" ]; then
        return
    fi
    if [ -e "$cell/checkpoint.safetensors" ] || [ -e "$cell/metrics.jsonl" ]; then
        resume=(--resume)
    fi
    echo "$environment seed $seed: training" >&2
    taskset -c "${processors[SLOT]}" "$emfuse" rl train --quiet --env "$environment" --seed "$seed" --output "$cell" \
        "${resume[@]}" </dev/null >/dev/null
    echo "$environment seed $seed: finished" >&2
}

emfuse=$here/../../emfuse
"$emfuse" --help >/dev/null # builds the program, where it is not built yet
free=() # slots of the processors that have no run
for ((slot = 0; slot < jobs; slot++)); do
    free+=("$slot")
done
declare -A slot_of=()
failed=0

# Waits for one run to end, and frees its processor.
reap() {
    local ended
    wait -n -p ended || failed=1
    free+=("${slot_of[$ended]}")
    unset "slot_of[$ended]"
}

for seed in "${seeds[@]}"; do
    for environment in "${environments[@]}"; do
        ((${#free[@]} > 0)) || reap
        slot=${free[0]}
        free=("${free[@]:1}")
        SLOT=$slot train "$environment" "$seed" &
        slot_of[$!]=$slot
    done
done
while ((${#slot_of[@]} > 0)); do
    reap
done
if ((failed)); then
    echo "a run failed: see above; the same command tries it again" >&2
    exit 1
fi
python3 "$here/table.py" "$out"
