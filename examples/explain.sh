#!/usr/bin/env bash
# Explains a text token by token, in the terminal, as JSON and as a page.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

./emfuse explain --experts models/demo.yaml --max-tokens 8 --quiet --html "$work/why.html" --json "$work/why.json" \
    --raw "A bond is"
grep -q '<table>' "$work/why.html"
python3 - "$work/why.json" <<'PY'
import json, sys
for step in json.load(open(sys.argv[1]))["steps"]:
    why = step["explanation"]
    total = sum(term["lambda"] * term["energy"] for term in why["terms"]) + why["logZ"]
    assert abs(total - why["energy"]) < 1e-4, (total, why["energy"])
print("the terms add up to the energy of every token")
PY
