#!/usr/bin/env bash
# Two sites' logs, a small transition model of each, their fusion, a policy in it, and its value. Shortened: nothing is learned well.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

./emfuse rl collect --quiet --env Pendulum-v1:start=hanging --policy pendulum-hanging --transitions 2000 --output "$work/a.hdf5"
./emfuse rl collect --quiet --env Pendulum-v1 --policy pendulum-swingup:noise=0.3 --transitions 2000 --output "$work/b.hdf5"
for site in a b; do
    ./emfuse rl train --quiet --model adetm --slices 2 --head 32x2 --batch 32 --negatives 4 --chain-steps 10 --steps 60 \
        --data "$work/$site.hdf5" --env Pendulum-v1 --output "$work/models/$site"
done
models=(--model "$work/models/a" --model "$work/models/b" --data "$work/a.hdf5" --data "$work/b.hdf5" --prediction-steps 10)
./emfuse rl fuse --quiet "${models[@]}" --segments 50 --json "$work/fuse.json"
./emfuse rl policy --quiet "${models[@]}" --weights precision --env Pendulum-v1 --updates 60 --refresh-every 30 --rollouts 20 \
    --penalty 0.1 --final-episodes 5 --output "$work/policy"
./emfuse rl ope --quiet "${models[@]}" --env Pendulum-v1 --policy "$work/policy/policy.safetensors" --policy pendulum-swingup \
    --trajectories 20 --horizon 10 --json "$work/ope.json"
python3 - "$work/fuse.json" "$work/ope.json" <<'PY'
import json, sys
fuse, ope = (json.load(open(path)) for path in sys.argv[1:])
assert [row["model"] for row in fuse["results"]] == ["a", "a", "b", "b", "fused", "fused"]
assert [row["model"] for row in ope["results"]] == ["a", "a", "b", "b", "fused", "fused"]
assert all(0 <= ranking["regret"] <= 1 for ranking in ope["rankings"])
fused = [row for row in ope["results"] if row["model"] == "fused"]
print("fused two models; the better policy by value:", max(fused, key=lambda row: row["value"])["policy"].split("/")[-1])
PY
