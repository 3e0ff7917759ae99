#!/usr/bin/env bash
# Does spiking pay? Runs three spiking networks on the same images and prices each against trained conventional networks.
#
#   benchmarks/energy_comparison.sh                   with images made by a seeded generator
#   benchmarks/energy_comparison.sh --data DIR        with MNIST in IDX format: the table of the README
#   benchmarks/energy_comparison.sh --out DIR         results elsewhere than in results/energy
#
# The networks: examples/digits.toml, learnt by STDP; and a linear classifier in spikes (benchmarks/energy/linear_digits.toml)
# that looks at an image for 10 ms, about one spike per bright pixel, and for 100 ms. Prints the table as Markdown; <out>/*/energy holds the whole
# accounts. Conventional networks are trained where libdlib-dev is installed; else the results in benchmarks/energy/baselines_*.json,
# which were made in this way, are taken. Installs what the program needs.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/comparison.sh"
out=results/energy
read_options "$@"

targets=(synop_program linear_network)
[ -n "$(find /usr/include/dlib -name dnn.h -print -quit 2>/dev/null)" ] && targets+=(ann_baselines)
build_programs "${targets[@]}"
synop="$build/synop"

mkdir -p "$out"
cp "$root/benchmarks/energy/linear_digits.toml" "$out/linear_digits.toml"
name=generated
source=()    # key=value
run_data=()  # options of synop run
if [ -n "$data" ]; then
  name=mnist
  source=('task.dataset.source="idx"' "task.dataset.path=$data")
  run_data=(--data "$data")
  stdp=(task.phase.train.samples=50000 task.phase.label.first=40000 task.phase.label.samples=10000
        task.phase.test.first=50000 task.phase.test.samples=10000)
  linear=(task.phase.label.samples=50000 task.phase.test.first=50000 task.phase.test.samples=10000)
else
  stdp=()
  linear=()
fi
set_all() { # key=value ... -> --set key=value ...
  for each in "$@"; do printf '%s\n' --set "$each"; done
}

baselines="$out/baselines.json"
if [ -x "$build/benchmarks/ann_baselines" ]; then
  "$build/benchmarks/ann_baselines" "$root/examples/digits.toml" "$baselines" 5 "${source[@]}" "${stdp[@]}" >&2
else
  cp "$root/benchmarks/energy/baselines_$name.json" "$baselines"
fi
"$build/benchmarks/linear_network" "$out/linear_digits.toml" "$out/linear.csv" "${source[@]}" "${linear[@]}"

account() { # name experiment key=value ...
  local run="$out/$1" experiment="$2"
  shift 2
  mapfile -t settings < <(set_all 'energy.spike_grids=["1 ms", "0.1 ms", "0.01 ms"]' "$@")
  "$synop" run "$experiment" -o "$run" --overwrite --quiet --threads 0 "${run_data[@]}" "${settings[@]}" >"$run.log"
  "$synop" energy "$run" --against "$baselines" -o "$run/energy" --overwrite --grid world >"$run.txt"
}
account stdp "$root/examples/digits.toml" "${stdp[@]}"
account linear_10ms "$out/linear_digits.toml" "${linear[@]}" task.presentation=10ms
account linear_100ms "$out/linear_digits.toml" "${linear[@]}" task.presentation=100ms population.classes.params.V_th=3mV
for run in stdp linear_10ms linear_100ms; do
  sed -n "s/^accuracy/$run: accuracy/p" "$out/$run.txt"
done
python3 "$root/benchmarks/energy_table.py" "STDP, 784-400, 150 ms=$out/stdp" "linear in spikes, 784-10, 10 ms=$out/linear_10ms" \
  "linear in spikes, 784-10, 100 ms=$out/linear_100ms"
