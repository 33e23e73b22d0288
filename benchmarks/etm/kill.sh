#!/usr/bin/env bash
# Kills trainings of a transition model and of a policy in it at random moments until they are done, and compares the results
# with those of runs that were left alone.
#
#   benchmarks/etm/kill.sh FOLDER [SECONDS]    (a new folder; at most SECONDS, default 9, between kills)
#
# EMFUSE names the command (default ./emfuse of this checkout).
set -euo pipefail
home=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
emfuse=${EMFUSE:-$home/emfuse}
work=${1:?a new folder}
most=${2:-9}
mkdir -p "$work"
"$emfuse" rl collect --env Pendulum-v1 --policy pendulum-swingup:noise=1 --transitions 2000 --output "$work/logs.hdf5" -q

# numbers FILE: what follows a safetensors file's header, which holds durations
numbers() {
    tail -c "+$(($(od -An -t u8 -N8 "$1") + 9))" "$1"
}

# killed FOLDER COMMAND...: until it ends by itself
killed() {
    local folder=$1 kills=0 rc
    shift
    while true; do
        setsid "$@" --output "$folder" --resume -q >"$work/out" 2>&1 &
        local process=$!
        (sleep "$((RANDOM % most + 1)).$RANDOM"; kill -9 -- "-$process") 2>/dev/null &
        local killer=$!
        rc=0
        wait "$process" || rc=$?
        kill "$killer" 2>/dev/null || true
        wait "$killer" 2>/dev/null || true
        [ "$rc" = 137 ] || break
        kills=$((kills + 1))
    done
    [ "$rc" = 0 ] || { cat "$work/out"; exit 1; }
    echo "$kills kills"
}

model=("$emfuse" rl train --model adetm --data "$work/logs.hdf5" --env Pendulum-v1 --slices 3 --head 64x2 --batch 64
    --negatives 4 --chain-steps 10 --steps 800 --checkpoint-seconds 0.5 --threads 1)
"${model[@]}" --output "$work/whole" -q
killed "$work/killed" "${model[@]}" --name whole
cmp <(numbers "$work/whole/model.safetensors") <(numbers "$work/killed/model.safetensors") && echo "the models are equal"

policy=("$emfuse" rl policy --model "$work/whole" --data "$work/logs.hdf5" --env Pendulum-v1 --updates 1500 --rollouts 50
    --horizon 20 --refresh-every 500 --penalty 0.05 --final-episodes 5 --checkpoint-seconds 0.5)
"${policy[@]}" --output "$work/policy" -q
killed "$work/policy-killed" "${policy[@]}"
cmp <(numbers "$work/policy/policy.safetensors") <(numbers "$work/policy-killed/policy.safetensors") && echo "the policies are equal"
