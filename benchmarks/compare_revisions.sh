#!/usr/bin/env bash
# Is a revision slower than another? Builds the benchmark programs of both, runs them in turns and compares medians of
# processor time; the exit code is 1 if a benchmark is slower by 10 % or more and is so again when run once more.
#
#   compare_revisions.sh [REV_A [REV_B]] [options]
#
# Revisions are whatever git understands, or `worktree` for the files as they are. Without them HEAD~1 is compared with
# the files as they are, if any tracked file has changes, else with HEAD. Options:
#
#   --programs delivery,queue   some programs; default: all
#   --filter REGEX              some benchmarks
#   --repeats N                 default 5
#   --threshold PERCENT         default 10
#   --min-time SECONDS          of each benchmark in each run
#
# Builds are kept in build/revisions/<commit>, so a revision is built once. Its sources are checked out while this runs.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cache="$root/build/revisions"
export PYTHONDONTWRITEBYTECODE=1

usage() { sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; }

revisions=() options=()
while [ $# -gt 0 ]; do
  case "$1" in
    -h | --help) usage && exit 0 ;;
    --programs | --filter | --repeats | --threshold | --min-time)
      [ $# -ge 2 ] || { echo "$1 needs a value." >&2 && exit 2; }
      options+=("$1=$2") && shift 2 ;;
    --*=*) options+=("$1") && shift ;;
    -*) echo "There is no option $1; --help lists them." >&2 && exit 2 ;;
    *) revisions+=("$1") && shift ;;
  esac
done
[ "${#revisions[@]}" -le 2 ] || { echo "Two revisions can be compared; these are ${#revisions[@]}." >&2 && exit 2; }

a="${revisions[0]:-HEAD~1}"
if [ "${#revisions[@]}" -eq 2 ]; then
  b="${revisions[1]}"
elif git -C "$root" diff --quiet HEAD --; then
  b=HEAD
else
  b=worktree
fi

mkdir -p "$cache"
exec 9>"$cache/lock"
flock --nonblock 9 || { echo "Another comparison is running: $cache/lock is locked." >&2 && exit 2; }

# A checkout always has the same place, since programs read examples/ from where they were built.
checkouts=()
child=
clean_up() {
  local place
  [ -z "$child" ] || kill -- "-$child" 2>/dev/null || true
  for place in "${checkouts[@]}"; do
    git -C "$root" worktree remove --force "$place" 2>/dev/null || rm -rf "$place"
  done
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# Runs a command in a process group of its own, so that a signal is acted upon at once and ends all of it.
run() {
  local status=0
  set -m
  "$@" 9>&- &
  child=$!
  set +m
  wait "$child" || status=$?
  child=
  return "$status"
}

commit_of() {
  git -C "$root" rev-parse --verify --quiet "$1^{commit}" || { echo "git knows no revision '$1'." >&2 && exit 2; }
}

check_out() { # COMMIT PLACE
  [[ " ${checkouts[*]} " != *" $2 "* ]] || return 0 # both revisions are this commit
  checkouts+=("$2")
  # What a killed comparison left behind.
  git -C "$root" worktree remove --force "$2" 2>/dev/null || rm -rf "$2"
  git -C "$root" worktree add --quiet --force --detach "$2" "$1"
}

# With ccache, what is the same in both revisions is compiled once: paths are hashed relative to the revision's folder.
build() { # SOURCES FOLDER
  local launcher=()
  if command -v ccache >/dev/null; then launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
  export CCACHE_NOHASHDIR=1 CCACHE_BASEDIR
  CCACHE_BASEDIR="$(dirname "$2")"
  cmake -S "$1" -B "$2" -G Ninja -DCMAKE_BUILD_TYPE=Release -DSYNOP_BUILD_TESTS=OFF -DSYNOP_BUILD_EXAMPLES=OFF \
    "${launcher[@]}" >/dev/null
  run cmake --build "$2" --target benchmarks/all
}

# Sets programs to the folder of a revision's benchmark programs.
prepare() { # REVISION
  if [ "$1" = worktree ]; then
    echo "Building the files as they are ..." >&2
    build "$root" "$cache/worktree/build" >&2
    programs="$cache/worktree/build/benchmarks"
    return
  fi
  local commit place
  commit="$(commit_of "$1")"
  place="$cache/$commit"
  mkdir -p "$place"
  check_out "$commit" "$place/source"
  if [ ! -e "$place/built" ]; then
    echo "Building $1 ($commit) ..." >&2
    build "$place/source" "$place/build" >&2
    touch "$place/built"
  fi
  programs="$place/build/benchmarks"
}

prepare "$a"
programs_a="$programs"
prepare "$b"
programs_b="$programs"
echo "A is $a, B is $b."
run python3 "$root/benchmarks/compare_results.py" "$programs_a" "$programs_b" "${options[@]}"
