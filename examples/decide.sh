#!/usr/bin/env bash
# Decides two questions in bulk and one from the command line.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/rows.jsonl" <<'ROWS'
{"id": "sum", "question": "What kind of problem is this?\nProblem: What is the area of a circle of radius 2?", "choices": ["geometry", "probability", "physics"], "answer": 0}
{"id": "loan", "question": "Does this loan application meet the lender's credit policy: approve or reject?\nFICO score: 640. Inquiries in the last 6 months: 9.", "choices": ["approve", "reject"]}
ROWS

./emfuse decide --experts models/demo.yaml --rule additive,emselect,mixture \
    --input "$work/rows.jsonl" --output "$work/decisions.jsonl"
cat "$work/decisions.jsonl"
test "$(wc -l < "$work/decisions.jsonl")" -eq 2

./emfuse decide --experts models/demo.yaml --question "2 + 2 * 3 is" --choice 8 --choice 12
