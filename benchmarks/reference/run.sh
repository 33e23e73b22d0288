#!/usr/bin/env bash
# Development check: the demonstration experts on the evaluation tasks, compared item by item with an independent
# implementation's choices.
#
#   benchmarks/reference/run.sh DATA OUT [LIMIT] [ENGINE]
#
# DATA has eval/<task>/test.jsonl and experts/reference.json; OUT receives one result file per task, so that a run that was
# stopped goes on where it was. LIMIT rows of each task (default: all that the reference has).
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
data=${1:?DATA}
out=${2:?OUT}
limit=${3:-200}
engine=${4:-}
mkdir -p "$out"
for task in fpb fomc lendingclub_policy medmcqa_subject chemprot medquad_type mwp_operation mwp_answer mathqa_category \
    gold_headlines medical_abstracts gsm8k_mc tatqa_step commonsense_qa arc_easy clinc_domain openbookqa; do
    rows=$(python3 -c 'import json, sys; print(min(int(sys.argv[3]), json.load(open(sys.argv[1]))[sys.argv[2]]["n"]))' \
        "$data/experts/reference.json" "$task" "$limit")
    [ -e "$out/$task.jsonl" ] || "$here/../../emfuse" decide --quiet --experts "$here/../../models/demo.yaml" \
        --rule additive,emselect,mixture --weights uniform,prompt --tau 0.1 ${engine:+--engine "$engine"} \
        --input "$data/eval/$task/test.jsonl" --limit "$rows" --output "$out/$task.jsonl" </dev/null
    echo "$task: $rows rows" >&2
done
python3 "$here/compare.py" "$data/experts/reference.json" "$out"
