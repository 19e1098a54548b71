#!/usr/bin/env bash
# test.sh SOURCE FOLDER ARCH CMAKE...: a project that takes in this one by add_subdirectory() gets the library, compiled for
# ARCH, and nothing else of it.
set -euo pipefail
source=$1 folder=$2 arch=$3
shift 3
rm -rf "$folder"
fail() { echo "FAILED: $*" >&2; exit 1; }

cmake -S "$source/tests/consumer_subdirectory" -B "$folder" -G Ninja "-DPHYSGRAD=$source" "-DPHYSGRAD_ARCH=$arch" -DCMAKE_BUILD_TYPE=Release \
  "-DCMAKE_CXX_FLAGS_RELEASE=-O1 -DNDEBUG" "$@"
ninja -C "$folder" user
command=$(ninja -C "$folder" -t commands user | grep -F user.cpp)
[[ $command == *" -march=$arch "* ]] || fail "its program is not compiled for the library's instruction set: $command"
[[ $command != *" -W"* ]] || fail "the library's warnings reach it: $command"
targets=$(ninja -C "$folder" -t targets all)
grep -q "^mine: CXX_EXECUTABLE" <<<"$targets" || fail "its program is not linked in its own folder"
if grep -qE "(physgrad_tests|physgrad-kernels):" <<<"$targets"; then fail "it is made to build tests or timings of the library"; fi
tests=$(ctest --test-dir "$folder" -N)
[[ $tests == *"Total Tests: 0"* ]] || fail "the library's tests are among its own: $tests"
if grep -q BUILD_TESTING "$folder/CMakeCache.txt"; then fail "an option of its own is decided for it"; fi
echo "the project that takes in the library works"
