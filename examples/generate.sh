#!/usr/bin/env bash
# Generates a text by each rule, and one that can only be one of two answers.
set -euo pipefail
cd "$(dirname "$0")/.."

for rule in additive emselect mixture; do
    echo "-- $rule"
    ./emfuse generate --experts models/demo.yaml --rule "$rule" --max-tokens 24 --quiet --raw "A bond is"
done

answer=$(./emfuse generate --experts models/demo.yaml --choice yes --choice no --quiet "Is 7 a prime number?")
echo "answer: $answer"
[ "$answer" = yes ] || [ "$answer" = no ]
