#!/usr/bin/env bash
# How well do networks with STDP read digits that nobody labelled for them? Trains networks of several kinds and sizes on
# the first 50,000 images of MNIST, gives their neurons classes on some of the same images and tests on the last 10,000.
#
#   benchmarks/digits_accuracy.sh --data DIR               MNIST in IDX format; all networks, seeds 1 to 3: some hours
#   benchmarks/digits_accuracy.sh --data DIR --only NAME   one of the networks below (may be repeated)
#   benchmarks/digits_accuracy.sh --data DIR --seed N      one of the seeds (may be repeated)
#   benchmarks/digits_accuracy.sh --out DIR                results elsewhere than in results/digits
#   benchmarks/digits_accuracy.sh --table                  only the table, of the runs that are there
#
# published_100, published_400: examples/diehl_cook_2015.toml, three passes, classes by the votes of the last 10,000 training
# images. exact_400, exact_1600, exact_6400: examples/digits.toml, one pass, the same votes; exact_400_quick with shorter presentations and
# thresholds that rise less, so that fewer images have to be shown again. exact_*_linear: the same as exact_* with a linear
# readout of the spike counts, trained on all 50,000 images. convolutional_100, convolutional_200:
# examples/stroke_features.toml, one patch of each training image, then examples/convolutional_digits.toml with as many maps
# and a linear readout trained on all 50,000 images; convolutional_100_slow with a threshold twice as high and twice the time. A run that is there already is not repeated, and one that was
# stopped goes on. Every run trains on one core and uses all of them else; several calls may share a folder. Installs what the program needs.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/comparison.sh"
names=(published_100 published_400 exact_400 exact_400_quick exact_400_linear exact_1600 exact_1600_linear exact_6400_linear
  convolutional_100 convolutional_100_slow convolutional_200)
only=() seeds=() table=""
out=results/digits
options=()
while [ $# -gt 0 ]; do
  case "$1" in
    --only)
      [[ " ${names[*]} " == *" ${2:?$1 needs a name} "* ]] || { echo "there is no network '$2'; allowed: ${names[*]}" >&2; exit 2; }
      only+=("$2"); shift 2 ;;
    --seed) seeds+=("${2:?$1 needs a number}"); shift 2 ;;
    --table) table=1; shift ;;
    *) options+=("$1"); shift ;;
  esac
done
read_options "${options[@]}"
[ ${#only[@]} -gt 0 ] || only=("${names[@]}")
[ ${#seeds[@]} -gt 0 ] || seeds=(1 2 3)

size_of() { # NAME
  local size="${1#*_}"
  echo "${size%%_*}"
}

settings_of() { # NAME RESULTS: the experiment, then key=value, a line each
  local size
  size="$(size_of "$1")"
  case "$1" in
    published_*)
      printf '%s\n' "$root/examples/diehl_cook_2015.toml" population.{exc,inh}.size="$size" task.phase.train{,_2,_3}.samples=50000 ;;
    exact_*)
      printf '%s\n' "$root/examples/digits.toml" population.exc.size="$size" task.phase.train.samples=50000 ;;
    convolutional_*)
      printf '%s\n' "$root/examples/convolutional_digits.toml" population.features.size=$((24 * 24 * size)) \
        population.pools.size=$((36 * size)) projection.{pixels_features,inhibition}.convolution.channels="$size" \
        projection.{inhibition,features_pools}.convolution.input="[$size, 24, 24]" \
        projection.pixels_features.weight.learned="$2.features/weights.h5" ;;
  esac
  case "$1" in
    *_linear | convolutional_*)
      printf '%s\n' task.readout_rule.type=linear task.phase.label.first=0 task.phase.label.samples=50000 ;;
    *) printf '%s\n' task.phase.label.first=40000 task.phase.label.samples=10000 ;;
  esac
  case "$1" in *_slow) printf '%s\n' population.features.params.V_th=12mV task.presentation=80ms ;; esac
  case "$1" in *_quick) printf '%s\n' task.presentation=120ms population.exc.params.theta_plus=0.3mV ;; esac
  printf '%s\n' task.phase.test.first=50000 task.phase.test.samples=10000
}

run() { # RESULTS EXPERIMENT key=value...: nothing, if the results are there and whole; from where it stopped, if they are not
  ! grep -qs '^  "complete": true' "$1/result.json" || return 0
  local arguments=(--set "seed=$seed")
  [ -e "$1/checkpoint.cbor" ] && arguments+=(--resume) || arguments+=(--overwrite)
  for each in "${@:3}"; do arguments+=(--set "$each"); done
  "$build/synop" run "$2" -o "$1" --data "$data" --quiet --threads 0 "${arguments[@]}" >"$1.log"
}

mkdir -p "$out"
out="$(cd "$out" && pwd)"
if [ -z "$table" ]; then
  [ -n "$data" ] || { echo "--data DIR is missing: the folder of MNIST's train-images and train-labels" >&2; exit 2; }
  build_programs synop_program
  for seed in "${seeds[@]}"; do
    for name in "${only[@]}"; do
      results="$out/$name.$seed"
      case "$name" in
        convolutional_*) run "$results.features" "$root/examples/stroke_features.toml" population.features.size="$(size_of "$name")" ;;
      esac
      mapfile -t settings < <(settings_of "$name" "$results")
      run "$results" "${settings[@]}"
    done
  done
fi
python3 "$root/benchmarks/digits_table.py" "$out" "${names[@]}"
