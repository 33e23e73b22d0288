#!/usr/bin/env bash
# Fused greedy decoding of the three demonstration experts beside a plain Hugging Face loop, in turn, on the same machine.
#
#   PYTHON=venv/bin/python benchmarks/peers/llm.sh [TURNS] [ENGINE]
#
# PYTHON needs the packages of requirements-llm.txt. TURNS (default 3) of either side alternate; the medians of all rounds are
# compared. ENGINE is what ./emfuse --engine takes; without it the one that other commands use.
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
root=$here/../..
turns=${1:-3}
engine=${2:-}
python=${PYTHON:-python3}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
"$root/emfuse" experts fetch "$root/models/demo.yaml" --quiet
base=${EMFUSE_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/emfuse}/models/SmolLM2-135M-Instruct.Q4_1.gguf
for ((turn = 1; turn <= turns; turn++)); do
    "$root/emfuse" bench decode --quiet --rounds 5 ${engine:+--engine "$engine"} --json "$out/emfuse-$turn.json" >/dev/null
    "$python" "$here/llm_fused.py" "$base" "$root"/models/experts/{finance,medicine,math}.gguf --rounds 3 \
        >"$out/peer-$turn.json" 2>"$out/peer.log" || { tail -n 20 "$out/peer.log" >&2; exit 1; }
done
"$python" - "$out" <<'PY'
import glob, json, statistics, sys
runs = [json.load(open(f)) for f in sorted(glob.glob(sys.argv[1] + "/emfuse-*.json"))]
peers = [json.load(open(f)) for f in sorted(glob.glob(sys.argv[1] + "/peer-*.json"))]
three = [run for result in runs for run in result["runs"] if run["experts"] == 3]
ours = statistics.median(rate for run in three for rate in run["fused_rounds"])
theirs = statistics.median(rate for peer in peers for rate in peer["rates"])
machine = runs[0]["machine"]
print("%s, %d cores" % (machine["processor"], machine["cores"]))
print("emfuse, llama.cpp %s, 4-bit weights:    %7.1f fused tokens/s" % (three[0]["engine"], ours))
print("transformers loop, torch %s, %s: %7.1f fused tokens/s" % (peers[0]["torch"], peers[0]["dtype"], theirs))
print("ratio: %.2f" % (ours / theirs))
PY
