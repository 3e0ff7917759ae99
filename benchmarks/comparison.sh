# What the comparison scripts have in common: options, and the programs they run. Sourced, not run.

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
build="$root/build/release"
source "$root/tests/install_packages.sh"

unknown_option() {
  echo "there is no option '$1'; see --help" >&2
  exit 2
}

# read_options "$@": sets `data` (empty: generated images) and `out`, which has its default before; and `train`, if the
# script knows it. --help prints the comment at the head of the script.
read_options() {
  data=""
  while [ $# -gt 0 ]; do
    case "$1" in
      -h | --help)
        sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"
        exit 0
        ;;
      --data) data="$(cd "${2:?$1 needs a folder}" && pwd)"; shift 2 ;;
      --out) out="${2:?$1 needs a folder}"; shift 2 ;;
      --train)
        [ -n "${train+known}" ] || unknown_option "$1"
        train="${2:?$1 needs a number}"
        shift 2
        ;;
      *) unknown_option "$1" ;;
    esac
  done
}

# build_programs TARGET...: in build/release, after installing what they need.
build_programs() {
  install_packages "${build_packages[@]}" "${test_packages[@]}" >&2
  (cd "$root" && cmake --preset release >/dev/null)
  cmake --build "$build" -j"$(nproc)" --target "$@" >&2
}
