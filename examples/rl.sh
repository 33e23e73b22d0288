#!/usr/bin/env bash
# A short run of every step from learning a policy to learning from its log.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

./emfuse rl train --env Pendulum-v1 --steps 2000 --final-episodes 20 --output "$work/run"
./emfuse rl evaluate --env Pendulum-v1 --policy "$work/run/policy.safetensors" --policy pendulum-swingup --policy random \
    --episodes 20
./emfuse rl collect --env Pendulum-v1 --policy "$work/run/policy.safetensors@1" --policy random@1 --transitions 12000 \
    --output "$work/mixed.hdf5"
./emfuse rl inspect "$work/mixed.hdf5" --pictures "$work/pictures"
./emfuse rl split "$work/mixed.hdf5" --output "$work/domains"
./emfuse rl train --data "$work/domains/domain-3.hdf5" --algorithm bc --env Pendulum-v1 --steps 500 --final-episodes 20 \
    --output "$work/bc"
./emfuse rl report "$work/run" "$work/bc" --html "$work/report.html" --pictures "$work/curves"
grep -q 'data:image/png' "$work/report.html"

printf 'trip,t,x,v,u,r\nA,0,0.1,0,1,-1\nA,1,0.2,0.1,0,-0.5\nB,0,1,0,-1,-2\nB,1,0.9,-0.1,0,-1\n' >"$work/site.csv"
./emfuse rl import "$work/site.csv" --columns 'observation=x,v;action=u;reward=r;episode=trip;time=t' \
    --output "$work/site.hdf5"
