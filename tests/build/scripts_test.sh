#!/usr/bin/env bash
# What the scripts show, pass on and end with: scripts_test.sh SOURCE FOLDER. The project that they build here is a stand-in.
set -uo pipefail
source=$1 folder=$2 failed=0
tree="$folder/a checkout, (copied)"
rm -rf "$folder"
mkdir -p "$tree" "$folder/elsewhere" "$folder/stubs"
cp -r "$source/scripts" "$source/CMakePresets.json" "$tree"
cat >"$tree/CMakeLists.txt" <<'EOF'
cmake_minimum_required(VERSION 3.25)
project(stand-in LANGUAGES NONE)
if(CONFIGURE_FAILS)
  message(FATAL_ERROR "the configuration says no")
endif()
set(code true)
if(BUILD_FAILS)
  set(code false)
endif()
set(program ${CMAKE_BINARY_DIR}/physgrad-bench)
file(WRITE ${program} "#!/bin/sh\nprintf '<%s>' \"$PWD\" \"$@\"\nexit 7\n")
file(CHMOD ${program} PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
add_custom_target(others ALL)
add_custom_target(physgrad-bench ALL COMMAND ${CMAKE_COMMAND} -E echo "what a compiler says" COMMAND ${CMAKE_COMMAND} -E ${code})
enable_testing()
add_test(NAME Passes COMMAND ${CMAKE_COMMAND} -E echo "what a passing test says")
if(TEST_FAILS)
  add_test(NAME Fails COMMAND sh -c "echo what a failing test says; exit 3")
endif()
EOF
ln -s "$tree/scripts/bench" "$folder/bench link"
cd "$folder/elsewhere" || exit 1
export PHYSGRAD_NO_INSTALL=1

# call CODE COMMAND...: runs it and complains of another exit code.
call() {
  local expected=$1 code=0
  shift
  "$@" >"$folder/out" 2>"$folder/err" || code=$?
  [ "$code" -eq "$expected" ] || complain "exit code $code instead of $expected: $*"
}
complain() {
  echo "FAILED: $1"
  sed 's/^/    out: /' "$folder/out"
  sed 's/^/    err: /' "$folder/err"
  failed=1
}
says() { grep -qF -- "$1" "$folder/err" || complain "standard error does not say: $1"; }
silent_of() { ! grep -qF -- "$1" "$folder/err" || complain "standard error says: $1"; }
cached() { grep -qxF -- "$1" "$tree/build/release/CMakeCache.txt" || complain "not in CMake's cache: $1"; }

# A line a phase; the program's exit code, arguments and directory are those of the caller, through a link too.
for bench in "$tree/scripts/bench" "$folder/bench link"; do
  call 7 "$bench" --out "my results"
  [ "$(cat "$folder/out")" = "<$folder/elsewhere><run><--out><my results>" ] || complain "the program was called otherwise"
  for name in packages configure build run; do says "] $name"; done
  silent_of "what a compiler says"
  [ "$(grep -cvE '^\[[0-9]+:[0-9]{2}\] ' "$folder/err")" = 0 ] || complain "a line without its time"
  [ "$(wc -l <"$folder/err")" -eq 4 ] || complain "more than a line for each phase"
done
cached "BUILD_TESTING:UNINITIALIZED=OFF"

# Several arguments, one with a space.
CMAKE_ARGUMENTS='-DFIRST="two words"  -DSECOND=*' call 7 "$tree/scripts/bench"
cached "FIRST:UNINITIALIZED=two words"
cached "SECOND:UNINITIALIZED=*"
CMAKE_ARGUMENTS='-DFIRST="open' call 2 "$tree/scripts/bench"
says "CMAKE_ARGUMENTS"

# What fails is shown in full, and its exit code is the script's.
CMAKE_ARGUMENTS=-DBUILD_FAILS=ON call 1 "$tree/scripts/bench"
says "what a compiler says"
says "FAILED"
[ ! -s "$folder/out" ] || complain "the program ran although it was not built"
CMAKE_ARGUMENTS=-DBUILD_FAILS=OFF call 0 "$tree/scripts/test"
silent_of "what a passing test says"
cached "BUILD_TESTING:UNINITIALIZED=ON"
grep -q "100% tests passed" "$folder/out" || complain "no sum of the tests"
CMAKE_ARGUMENTS=-DTEST_FAILS=ON call 8 "$tree/scripts/test"
says "what a failing test says"
CMAKE_ARGUMENTS=-DCONFIGURE_FAILS=ON call 1 "$tree/scripts/bench"
says "the configuration says no"

# Packages: named where nobody may install them; not asked for where that is said.
printf '#!/bin/sh\nexit 1\n' >"$folder/stubs/dpkg-query"
printf '#!/bin/sh\nexit 1\n' >"$folder/stubs/sudo"
printf '#!/bin/sh\necho 1000\n' >"$folder/stubs/id"
chmod +x "$folder"/stubs/*
PATH="$folder/stubs:$PATH" PHYSGRAD_NO_INSTALL=0 call 1 "$tree/scripts/bench"
says "libeigen3-dev"
silent_of "libgtest-dev"
silent_of "libbenchmark-dev"
PATH="$folder/stubs:$PATH" PHYSGRAD_NO_INSTALL=0 call 1 "$tree/scripts/test"
says "libgtest-dev"
PHYSGRAD_NO_INSTALL=yes call 2 "$tree/scripts/bench"
says "expected 0 or 1"

# What other libraries take: the tables and README's sentence from a kept measurement, and what is no measurement.
peers="$tree/scripts/peers/run"
python3 -m py_compile "$tree"/scripts/peers/*.py || complain "a peer does not compile"
mkdir -p "$tree/docs"
printf 'a\n<!-- peers given -->old<!-- end of peers given -->\n<!-- peers step --><!-- end of peers step -->\nz\n' >"$tree/docs/partial-inverse.md"
printf 'It is: <!-- peers --><!-- end of peers -->.\n' >"$tree/README.md"
cat >"$folder/kept.json" <<'EOF'
{"rounds": 3, "context": {"blas_core": "Haswell", "register_bytes": "32"}, "failures": {"given-b": {"Other: Gram": "no"}},
 "peers": [{"name": "NumPy", "version": "1.0", "blas": ["openblas 0.1"]}], "answered": {"given-b": {"physgrad-bench: `gram`": "two-level"}},
 "times": {"given-b": {"physgrad-bench: `gram`": [1.0, 9.0, 2.0], "NumPy: SVD": [4.0, 3.0, 5.0]}, "given-d": {"Other: Gram": [7.0]},
           "step-b": {"physgrad-bench: `hig`": [0.25], "NumPy: SVD": [3.5], "Other: SVD": [2.5], "Other: Gram": [2.0]},
           "step-p": {"physgrad-bench: `hig`": [30.5], "NumPy: SVD": [2000.4], "NumPy: Gram": [1000.4]}},
 "errors": {"given-b": {"physgrad-bench: `gram`": 1e-9, "NumPy: SVD": null}, "given-d": {"Other: Gram": 2e-6}, "step-b": {}, "step-p": {}}}
EOF
call 0 "$peers" --from "$folder/kept.json"
for line in '| physgrad-bench: `gram` | 2 (1e-09, by two-level) |  |' '| NumPy: SVD | **4** |  |' '| Other: Gram | fails | **7** (2e-06) |' \
  '| NumPy: SVD | 3.5 | 2e+03 |' 'NumPy 1.0 (openblas 0.1)'; do
  grep -qF -- "$line" "$tree/docs/partial-inverse.md" || complain "the document does not say: $line"
done
grep -qF 'takes 0.25 ms on coupled' "$tree/README.md" || complain "README has no sentence"
grep -qF 'takes 2.5 ms (Other) and by eigenvectors of the Gram matrix 2 ms (Other)' "$tree/README.md" || complain "not the fastest"
! grep -qF old "$tree/docs/partial-inverse.md" || complain "the old table is still there"
says "given-b: Other: Gram: no"
echo '{"times": ' >"$folder/kept.json"
call 1 "$peers" --from "$folder/kept.json"
says "kept.json: JSONDecodeError"
call 2 "$peers" --rounds 0
says "--rounds is at least 1"
rm -rf "$folder"
exit $failed
