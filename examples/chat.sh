#!/usr/bin/env bash
# A conversation without a terminal: one message, then another that goes on from it, then a script of lines.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

chat() { ./emfuse chat --experts models/demo.yaml --max-tokens 16 --quiet "$@"; }

echo "Is a bond a loan: yes or no?" | chat --session "$work/talk.json"
echo "And a share?" | chat --session "$work/talk.json"
printf '%s\n' "What is 2 + 2?" "/experts" "/only math" "What is 2 + 3?" "/save $work/lines.json" | chat --lines
python3 - "$work/talk.json" "$work/lines.json" <<'PY'
import json, sys
for path in sys.argv[1:]:
    roles = [message["role"] for message in json.load(open(path))["messages"]]
    assert roles == ["user", "assistant"] * 2, roles
PY
