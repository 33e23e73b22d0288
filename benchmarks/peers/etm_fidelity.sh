#!/usr/bin/env bash
# Hold-out errors of the plain energy-based transition model beside plain PyTorch: the same 10,000 rows of a pendulum's noisy
# swing-ups, the same division, batches of 256, 16 negatives of 50 steps.
#
#   benchmarks/peers/etm_fidelity.sh FOLDER [SEEDS] [UPDATES]    (default 5 seeds of 1000 updates; two hours on two cores)
#
# Keeps every finished training in FOLDER and goes on there when it is called again; a folder of trainings of another length is
# refused. Trainings run one after the other, each on all processors; with JOBS=N so many side by side, which share them.
# With DEVICE=cuda PyTorch computes there (on an H100 90 seconds each of three at a time); results name the device, and a folder
# may hold those of several. PYTHON names an interpreter that has benchmarks/peers/requirements.txt (default python3); needs a
# JDK 25 as java or in JAVA_HOME, and Maven.
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
home=$here/../..
folder=${1:?FOLDER}
seeds=${2:-5}
updates=${3:-1000}
jobs=${JOBS:-1}
[[ $jobs =~ ^[1-9][0-9]*$ ]] || { echo "JOBS must be a whole number of at least 1, found '$jobs'" >&2 && exit 2; }
# Without a number each program takes what it takes by default.
threads=
[ "$jobs" -eq 1 ] || threads=$((jobs < $(nproc) ? $(nproc) / jobs : 1))
python=${PYTHON:-python3}
bin=${JAVA_HOME:+$JAVA_HOME/bin/}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# These slow a current numpy where a machine sets them.
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE

mkdir -p "$folder"
for result in "$folder"/{float32,fastest,pytorch}-*.json; do
    [ -f "$result" ] || continue
    found=$(sed -n 's/^ *"updates" *: *\([0-9]*\),*$/\1/p' "$result")
    if [ "$found" != "$updates" ]; then
        echo "expected trainings of $updates updates in $folder, found ${found:-an unknown number of} updates in $result; name another folder" >&2
        exit 2
    fi
done
classpath=$(CLASSPATH_ONLY=$work "$here/../rl/java.sh" "$here/EnergyFidelity.java")
ours() {
    "${bin}java" --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -cp "$classpath" EnergyFidelity "$@"
}

data=$folder/data.safetensors
if [ ! -f "$data" ]; then
    "$home/emfuse" rl collect --env Pendulum-v1 --policy pendulum-swingup:noise=0.3 --transitions 10000 --seed 7 \
        --output "$work/log.hdf5"
    ours data "$work/log.hdf5" 7 "$work/data.safetensors"
    mv "$work/data.safetensors" "$data"
fi
# One training: of what kind, and its seed. 255 tells xargs to begin no more.
train() {
    local out=$folder/$1-$2.json command
    [ ! -f "$out" ] || return 0
    case $1 in
        pytorch) command=("$python" "$here/etm_fidelity.py" "$data" "$2" "$updates") ;;
        *) command=(ours train "$data" "$1" "$2" "$updates") ;;
    esac
    printf '%s: %s\n' "$(date +%T)" "$(basename "$out")"
    "${command[@]}" "$out.part" ${threads:+"$threads"} >"$work/$1-$2.log" || { cat "$work/$1-$2.log" >&2 && exit 255; }
    mv "$out.part" "$out" || exit 255
}
export -f train ours
export folder work here python bin classpath data updates threads
for ((seed = 1; seed <= seeds; seed++)); do
    printf '%s\n' float32 "$seed" fastest "$seed" pytorch "$seed"
done | xargs -n 2 -P "$jobs" bash -c 'train "$1" "$2"' train
"$python" "$here/etm_fidelity_table.py" "$folder"
