# Sourced by the scripts that build Synop: installs Debian packages that are missing.

# install_packages NAME...: installs those of the packages that are not installed yet, as root or with sudo.
install_packages() {
  local missing=() name
  for name in "$@"; do
    dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
  done
  if [ "${#missing[@]}" -eq 0 ]; then
    echo "All packages needed are installed."
    return
  fi
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "These packages are missing; install them as root: ${missing[*]}" >&2
      return 1
    fi
    as_root=(sudo)
  fi
  echo "Installing ${missing[*]} ..."
  # Package lists may be absent or too old to find the packages: then they are fetched, once.
  if ! apt_install 2>/dev/null; then
    echo "Updating the package lists ..."
    "${as_root[@]}" apt-get update -qq
    apt_install
  fi
}

# Uses as_root and missing of install_packages.
apt_install() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# What the library and the program need.
build_packages=(g++ cmake ninja-build pkg-config libboost-graph-dev libhdf5-dev libcli11-dev libtomlplusplus-dev
                nlohmann-json3-dev libfmt-dev librandom123-dev zlib1g-dev)
# What tests and benchmarks need beside that.
test_packages=(libgtest-dev libgmock-dev libbenchmark-dev python3 python3-h5py)
