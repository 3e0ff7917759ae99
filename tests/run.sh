#!/usr/bin/env bash
# Installs what is missing (Debian 12), builds everything in build/release and runs every test.
# May be run repeatedly; options are passed on to ctest, for example: tests/run.sh -R Cli
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source tests/install_packages.sh

install_packages "${build_packages[@]}" "${test_packages[@]}"
jobs=$(nproc)
echo "Configuring build/release ..."
cmake --preset release >/dev/null
echo "Building with $jobs jobs ..."
cmake --build build/release -j"$jobs"
echo "Testing ..."
ctest --test-dir build/release --output-on-failure -j"$jobs" "$@"
