#!/usr/bin/env bash
# Development check: files of tensors, both ways against the official reader and writer.
#
#   benchmarks/peers/safetensors.sh
#
# PYTHON names an interpreter that has benchmarks/peers/requirements.txt (default python3).
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
python=${PYTHON:-python3}
bin=${JAVA_HOME:+$JAVA_HOME/bin/}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
classpath=$(CLASSPATH_ONLY=$work "$here/../rl/java.sh" "$here/SafetensorsExchange.java")
exchange() {
    "${bin}java" --enable-native-access=ALL-UNNAMED -cp "$classpath" SafetensorsExchange "$@"
}
"$python" "$here/safetensors_check.py" "$work" write
exchange write "$work/ours.safetensors"
exchange copy "$work/official.safetensors" "$work/copy.safetensors"
"$python" "$here/safetensors_check.py" "$work" compare
