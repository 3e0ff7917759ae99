#!/usr/bin/env bash
# What is left of a trained network in integers, in steps? Trains examples/digits.toml and runs its test phase in every precision.
#
#   benchmarks/deployment_comparison.sh               with images made by a seeded generator
#   benchmarks/deployment_comparison.sh --data DIR    with MNIST in IDX format: the table of docs/deployment.md
#   benchmarks/deployment_comparison.sh --out DIR     results elsewhere than in results/deployment
#   benchmarks/deployment_comparison.sh --train N     train on N images (default: 20000; of MNIST 50000)
#
# Prints the table as Markdown; <out>/*.json holds the reports. Installs what the program needs.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/comparison.sh"
out=results/deployment
train=""
read_options "$@"

build_programs synop_program
synop="$build/synop"

settings=()
if [ -n "$data" ]; then
  settings+=(--data "$data" --set task.phase.train.samples=50000 --set task.phase.label.first=40000
    --set task.phase.label.samples=10000 --set task.phase.test.first=50000 --set task.phase.test.samples=10000)
fi
[ -n "$train" ] && settings+=(--set "task.phase.train.samples=$train")
mkdir -p "$out"
"$synop" run "$root/examples/digits.toml" -o "$out/digits" --overwrite --quiet --threads 0 "${settings[@]}" >"$out/digits.log"
reports=()
for step in 1 0.1; do
  for types in int8:int16 int8:int32 int16:int16 int16:int32 float32:float32; do
    report="$out/${types%:*}_${types#*:}_${step}ms.json"
    "$synop" deploy "$out/digits" --weights "${types%:*}" --state "${types#*:}" --step "$step ms" --threads 0 --json >"$report"
    reports+=("$report")
  done
done
python3 "$root/benchmarks/deployment_table.py" "${reports[@]}"
