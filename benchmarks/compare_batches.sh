#!/usr/bin/env bash
# Compares batches of samples in Synop and in Brian 2 (stand-alone C++), one thread each: the same network, the same input
# spikes, and the same spikes out, one by one. Installs Debian's python3-brian and python3-h5py if they are missing and builds
# Synop (preset release) first. Options (compare_batches.sh --help):
#
#   --samples N     default 500
#   --repeats N     default 3: medians over N
#   --images DIR    MNIST in IDX format gives the rates of the input; default: made images of as much ink
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
source "$root/tests/install_packages.sh"
export PYTHONDONTWRITEBYTECODE=1
install_packages "${build_packages[@]}" python3 python3-numpy python3-h5py python3-brian >&2
echo "Building Synop in build/release ..." >&2
(cd "$root" && cmake --preset release >/dev/null && cmake --build --preset release --target synop_program >&2)
exec /usr/bin/python3 "$root/benchmarks/compare_batches.py" --synop "$root/build/release/synop" "$@"
