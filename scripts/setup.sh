# Sourced by the other scripts: finds or installs what the build needs, then configures and builds a preset.
# shellcheck shell=bash
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
packages=(g++ cmake ninja-build git ccache libeigen3-dev nlohmann-json3-dev libcli11-dev libfmt-dev libgtest-dev libbenchmark-dev
          libopenblas-dev liblapacke-dev)

missing_packages() {
  local package
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
  done
}

# install PACKAGE...: installs those that are missing, as root or through sudo without a password; otherwise names them.
install() {
  if ! command -v dpkg-query >/dev/null; then
    echo "No dpkg here: make sure that these (or this system's counterparts) are installed: $*" >&2
    return
  fi
  local missing as_root=()
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -eq 0 ] && return
  if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
      as_root=(sudo -n)
    else
      echo "Missing packages, and no right to install them. Please run: apt-get install ${missing[*]}" >&2
      exit 1
    fi
  fi
  if ! command -v apt-get >/dev/null; then
    echo "Missing packages, and no apt-get to install them: ${missing[*]}" >&2
    exit 1
  fi
  echo "Installing: ${missing[*]}" >&2
  "${as_root[@]}" apt-get update -qq >&2
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# build PRESET [TARGET...]: quiet when nothing changed.
build() {
  local preset=$1
  shift
  cd "$root"
  cmake --preset "$preset" ${CMAKE_ARGUMENTS:-} >/dev/null
  cmake --build --preset "$preset" ${1:+--target "$@"} >&2
}
