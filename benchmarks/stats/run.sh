#!/usr/bin/env bash
# Development check: statistics of scores against rliable's.
#
#   benchmarks/stats/run.sh [PYTHON]      (after mvn compile; needs a JDK 25 as java or in JAVA_HOME)
#
# PYTHON (default: python3) has rliable, scipy, numpy < 2 and arch 5.6 (rliable 1.2.0 does not run with later ones).
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
exec "${1:-python3}" "$here/compare.py" "${JAVA_HOME:+$JAVA_HOME/bin/}java" "$here/../../emfuse-core/target/classes"
