#!/usr/bin/env bash
# Installs what is missing (Debian 12), builds the program and runs the digit task: images are learned without labels
# by spike-timing dependent plasticity, and the modelled energy is compared with that of conventional networks.
#
#   examples/quickstart.sh                      with images made by a seeded generator
#   examples/quickstart.sh --data DIR           with MNIST, IDX files as distributed, .gz or not: trained and labelled
#                                               on the first 50,000 training images, tested on the last 10,000
#   examples/quickstart.sh -o DIR               results elsewhere than in results/digits
#
# Other options are those of `synop run`, for example --set task.phase.train.samples=1000. May be run repeatedly; results
# of an earlier run are replaced.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
source "$root/tests/install_packages.sh"

output=results/digits
threads=(--threads 0)
options=()
while [ $# -gt 0 ]; do
  case "$1" in
    -h | --help)
      sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
      exit 0
      ;;
    -o | --output)
      output="${2:?$1 needs a folder}"
      shift 2
      ;;
    --output=*)
      output="${1#*=}"
      shift
      ;;
    --data)
      # The usual split of MNIST's 60,000 training images; its test images are not needed.
      options+=(--data "${2:?$1 needs a folder}"
        --set task.phase.train.samples=50000 --set task.phase.label.first=40000 --set task.phase.label.samples=10000
        --set task.phase.test.first=50000 --set task.phase.test.samples=10000)
      shift 2
      ;;
    --threads | --threads=*)
      threads=()
      options+=("$1")
      shift
      ;;
    *)
      options+=("$1")
      shift
      ;;
  esac
done

install_packages "${build_packages[@]}"
build="$root/build/quickstart"
echo "Building the program in $build ..."
cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DSYNOP_BUILD_TESTS=OFF -DSYNOP_BUILD_BENCHMARKS=OFF \
  -DSYNOP_BUILD_EXAMPLES=OFF >/dev/null
cmake --build "$build" -j"$(nproc)" --target synop_program
echo "Running the digit task ..."
"$build/synop" run "$root/examples/digits.toml" -o "$output" --overwrite "${threads[@]}" "${options[@]}"
echo
echo "Files in $output:"
ls -l "$output"
echo "Look into them with: $build/synop info $output/spikes.h5"
