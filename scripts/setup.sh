# Sourced by the other scripts: finds or installs what the build needs, then configures and builds a preset.
#   PHYSGRAD_NO_INSTALL=1  neither looks for packages nor installs any (modules, conda, other systems)
#   CMAKE_ARGUMENTS        more arguments of cmake, separated by spaces, quoted as in a shell
# shellcheck shell=bash
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd -P)
# shellcheck disable=SC2034  # for the scripts that source this
program_packages=(g++ cmake ninja-build git libeigen3-dev nlohmann-json3-dev libcli11-dev libfmt-dev libopenblas-dev liblapacke-dev)
# shellcheck disable=SC2034
test_packages=(ccache libgtest-dev libbenchmark-dev gnuplot-nox python3-pandas)
options=()

# phase TEXT: a line with the time since the start, for whoever waits.
phase() { printf '[%d:%02d] %s\n' $((SECONDS / 60)) $((SECONDS % 60)) "$1" >&2; }

missing_packages() {
  local package
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
  done
}

# install PACKAGE...: installs those that are missing, as root or through sudo without a password; otherwise names them.
install() {
  case ${PHYSGRAD_NO_INSTALL:-0} in
    0) ;;
    1) phase "packages: not checked (PHYSGRAD_NO_INSTALL=1)"; return ;;
    *) echo "PHYSGRAD_NO_INSTALL=$PHYSGRAD_NO_INSTALL: expected 0 or 1" >&2; exit 2 ;;
  esac
  if ! command -v dpkg-query >/dev/null; then
    phase "packages: no dpkg here, so not checked; needed are this system's counterparts of $* (docs/building.md)"
    return
  fi
  local missing as_root=()
  mapfile -t missing < <(missing_packages "$@")
  if [ ${#missing[@]} -eq 0 ]; then
    phase "packages: all there"
    return
  fi
  if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
      as_root=(sudo -n)
    else
      echo "Missing packages, and no right to install them. Please run: apt-get install ${missing[*]}" >&2
      echo "(Where they are installed by other means, PHYSGRAD_NO_INSTALL=1 skips this check.)" >&2
      exit 1
    fi
  fi
  if ! command -v apt-get >/dev/null; then
    echo "Missing packages, and no apt-get to install them: ${missing[*]}" >&2
    exit 1
  fi
  phase "packages: installing ${missing[*]}"
  quietly "packages: apt-get update" "$root/build/packages-update.log" ${as_root[@]+"${as_root[@]}"} apt-get update -q
  quietly "packages: apt-get install" "$root/build/packages.log" ${as_root[@]+"${as_root[@]}"} \
    env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
}

# unpack PACKAGE: its files in build/headers.
unpack() (
  as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
  cd "$root/build/headers"
  apt-get download -q "$1" || { ${as_root[@]+"${as_root[@]}"} apt-get update -q && apt-get download -q "$1"; } || return
  dpkg-deb -x "$1"_*.deb . && rm -f "$1"_*.deb
)

# headers PACKAGE FILE: where FILE is not among the system's headers, the package is unpacked into build/headers and not installed:
# libvalijson-dev depends on each of the JSON libraries that it has an adapter for, Qt, Poco and MariaDB's among them, which are
# 136 packages for headers that need none of them.
headers() {
  if [ "${PHYSGRAD_NO_INSTALL:-0}" != 0 ] || [ -e "/usr/include/$2" ] || [ -e "$root/build/headers/usr/include/$2" ]; then return; fi
  command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return 0
  mkdir -p "$root/build/headers"
  quietly "packages: headers of $1" "$root/build/headers.log" unpack "$1"
}

# What a log says of how far it is, as "37 of 112": ninja's lines (NINJA_STATUS below) and ctest's.
progress_of() {
  tail -n 400 "$1" 2>/dev/null |
    sed -n -e 's/^physgrad-build \([0-9]*\) \([0-9]*\) .*/\1 of \2/p' -e 's/^ *\([0-9]*\)\/\([0-9]*\) Test .*/\1 of \2/p' | tail -n 1
}

# watch NAME LOG: says now and then how far that log is, over one line on a terminal, else on a new one every half minute.
watch() {
  local said=$SECONDS last='' line begin='' end=$'\n' every=30
  if [ -t 2 ] && [ "${TERM:-dumb}" != dumb ]; then begin=$'\r' end='' every=1; fi
  while kill -0 $$ 2>/dev/null; do
    sleep 1 >/dev/null 2>&1
    [ $((SECONDS - said)) -ge $every ] || continue
    line=$(progress_of "$2")
    if [ -z "$line" ] || { [ "$line" = "$last" ] && [ -n "$end" ]; }; then continue; fi
    said=$SECONDS last=$line
    printf '%s[%d:%02d] %s %s%s' "$begin" $((SECONDS / 60)) $((SECONDS % 60)) "$1" "$line" "$end" >&2
  done
}

# quietly NAME LOG COMMAND...: one phase, its output in the log. Where it fails, all that is no mere progress is shown, and
# the script ends with the command's exit code.
quietly() {
  local name=$1 log=$2 code=0 watcher
  shift 2
  mkdir -p "$(dirname "$log")"
  : >"$log"
  phase "$name"
  watch "$name" "$log" &
  watcher=$!
  "$@" >"$log" 2>&1 || code=$?
  kill "$watcher" 2>/dev/null || true
  wait "$watcher" 2>/dev/null || true
  if [ -t 2 ] && [ "${TERM:-dumb}" != dumb ] && [ -n "$(progress_of "$log")" ]; then echo >&2; fi
  [ "$code" -eq 0 ] && return
  grep -vE '^physgrad-build |^ +Start +[0-9]+: |^ *[0-9]+/[0-9]+ Test .* Passed ' "$log" >&2 || true
  phase "$name: failed with exit code $code; all of its output is in $log"
  exit "$code"
}

# build PRESET [TARGET...], with the arguments for cmake in the array `options`.
build() {
  local preset=$1 folder=$root/build/$1 words word arguments=(${options[@]+"${options[@]}"})
  shift
  words=$(xargs -r -n1 printf '%s\n' <<<"${CMAKE_ARGUMENTS:-}") || {
    echo "CMAKE_ARGUMENTS cannot be split into arguments: $CMAKE_ARGUMENTS" >&2
    exit 2
  }
  while IFS= read -r word; do
    [ -z "$word" ] || arguments+=("$word")
  done <<<"$words"
  headers libvalijson-dev valijson/validator.hpp
  quietly "configure" "$folder/configure.log" cmake -S "$root" --preset "$preset" ${arguments[@]+"${arguments[@]}"}
  export NINJA_STATUS='physgrad-build %f %t '
  quietly "build" "$folder/build.log" cmake --build "$folder" ${1:+--target "$@"}
}
