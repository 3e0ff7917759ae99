#!/usr/bin/env bash
# Does spiking pay on address events? Runs spiking networks on synthetic saccades over images and prices each against a linear
# classifier on counts of the same events.
#
#   benchmarks/event_comparison.sh                   over images made by a seeded generator
#   benchmarks/event_comparison.sh --data DIR        over MNIST in IDX format
#   benchmarks/event_comparison.sh --out DIR         results elsewhere than in results/events
#
# The networks: the classifier itself, adding the weights of each event as it comes (benchmarks/energy/linear_events.toml), after
# all three saccades (301 ms), one (100 ms) and the beginning of one (30 ms); and examples/saccades.toml, learnt by STDP. The
# classifier's counts are given to it: to make them from events costs an addition per event, which is not charged. Prints the
# table as Markdown; <out>/*/energy holds the whole accounts. Installs what the program needs.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/comparison.sh"
out=results/events
read_options "$@"

build_programs synop_program event_classifier

mkdir -p "$out"
cp "$root/benchmarks/energy/linear_events.toml" "$out/linear_events.toml"
source=()
[ -n "$data" ] && source=("task.dataset.path=$data")
tables=()
account() { # title name experiment key=value ...
  local title="$1" run="$out/$2" experiment="$3"
  shift 3
  local settings=()
  for each in "${source[@]}" "$@"; do settings+=(--set "$each"); done
  "$build/benchmarks/event_classifier" "$experiment" "$out/events.csv" "$run.json" "${source[@]}" "$@"
  "$build/synop" run "$experiment" -o "$run" --overwrite --quiet --threads 0 "${settings[@]}" >"$run.log"
  "$build/synop" energy "$run" --against "$run.json" -o "$run/energy" --overwrite >"$run.txt"
  tables+=("$title=$run")
}
account "linear in events, 2312-10, 301 ms" linear_301ms "$out/linear_events.toml"
account "the same, 100 ms" linear_100ms "$out/linear_events.toml" task.presentation=100ms
account "the same, 30 ms" linear_30ms "$out/linear_events.toml" task.presentation=30ms
account "STDP, 2312-200, 301 ms" stdp "$root/examples/saccades.toml"
for run in linear_301ms linear_100ms linear_30ms stdp; do
  sed -n "s/^ *\"accuracy\": \([0-9.]*\).*/$run: the linear classifier on counts reaches \1/p" "$out/$run.json"
done
python3 "$root/benchmarks/energy_table.py" "${tables[@]}"
