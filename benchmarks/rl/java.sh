#!/usr/bin/env bash
# Compiles and runs one Java file against the module emfuse-rl.
#
#   benchmarks/rl/java.sh FILE.java [ARGUMENT...]
#
# Needs a JDK 25 as java or in JAVA_HOME, and Maven. JAVA_FLAGS adds flags. With CLASSPATH_ONLY=FOLDER it compiles into that
# folder, prints the class path and runs nothing.
set -euo pipefail
home=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
source=${1:?FILE.java}
shift
bin=${JAVA_HOME:+$JAVA_HOME/bin/}
work=${CLASSPATH_ONLY:-$(mktemp -d)}
[ -n "${CLASSPATH_ONLY:-}" ] || trap 'rm -rf "$work"' EXIT
(cd "$home" && mvn -B -ntp -q -Dspotless.check.skip -Djacoco.skip -pl emfuse-rl -am test-compile \
    dependency:build-classpath -Dmdep.includeScope=runtime -Dmdep.outputFile="$work/classpath") >&2
classpath=$work:$home/emfuse-rl/target/classes:$(cat "$work/classpath")
"${bin}javac" -d "$work" -cp "$classpath" "$source"
if [ -n "${CLASSPATH_ONLY:-}" ]; then
    printf '%s\n' "$classpath"
    exit
fi
# The C library gives back every ten seconds what Java's compiler no longer needs.
# shellcheck disable=SC2086 # JAVA_FLAGS is a list of words
"${bin}java" --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -XX:TrimNativeHeapInterval=10000 ${JAVA_FLAGS:-} -cp "$classpath" \
    "$(basename -- "$source" .java)" "$@"
