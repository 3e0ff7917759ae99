#!/usr/bin/env bash
# Compares whole networks in Synop, Brian 2 and NEURON: the same model, parameters and length of run, one thread each.
# Installs Debian's python3-brian and python3-neuron if they are missing and builds Synop (preset release) first; a
# simulator that cannot be installed is skipped. Options (compare_with_peers.sh --help):
#
#   --networks NAME...     brunel cuba benchmark4 brunel_stdp brunel_small spike_times; default: all
#   --simulators NAME...   synop brian neuron; default: all
#   --repeats N            default 3: medians over N
#   --duration S           seconds of biology that are measured; default: each network's own
#   --out DIR              peers.json and peers.md
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
source "$root/tests/install_packages.sh"
export PYTHONDONTWRITEBYTECODE=1
python=/usr/bin/python3 # Debian's packages are those of Debian's interpreter

for option in "$@"; do
  if [ "$option" = --help ] || [ "$option" = -h ]; then
    exec "$python" "$root/benchmarks/peers" --help
  fi
done

install_packages "${build_packages[@]}" python3 python3-numpy >&2
for peer in python3-brian python3-neuron; do
  install_packages "$peer" >&2 || echo "$peer cannot be installed." >&2
done
echo "Building Synop in build/release ..." >&2
(cd "$root" && cmake --preset release >/dev/null && cmake --build --preset release --target synop_program >&2)
exec "$python" "$root/benchmarks/peers" "$@"
