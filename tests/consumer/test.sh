#!/usr/bin/env bash
# test.sh SOURCE FOLDER PREFIX CMAKE...: a project with a problem, a method and a part of its own, against the library installed in
# PREFIX. CMAKE... are arguments for its configuration.
set -euo pipefail
source=$1 folder=$2 prefix=$3
shift 3
rm -rf "$folder"
mkdir -p "$folder"

fail() { echo "FAILED: $*" >&2; exit 1; }

# expect TEXT COMMAND...: it ends well, and its output holds TEXT.
expect() {
  local text=$1; shift
  "$@" >"$folder/out" 2>"$folder/err" || fail "$* ended with $?: $(cat "$folder/err")"
  grep -qF -- "$text" "$folder/out" || fail "$* does not say '$text': $(head -c 2000 "$folder/out")"
}

# refuse TEXT COMMAND...: usage, one line on standard error that names the program and holds TEXT.
refuse() {
  local text=$1 code=0; shift
  "$@" >"$folder/out" 2>"$folder/err" || code=$?
  [ "$code" = 2 ] || fail "$* ended with $code instead of 2: $(cat "$folder/err")"
  [ "$(wc -l <"$folder/err")" = 1 ] || fail "$* does not complain in one line: $(cat "$folder/err")"
  grep -q "^$(basename "$1"): " "$folder/err" || fail "$* does not say who complains: $(cat "$folder/err")"
  grep -qF -- "$text" "$folder/err" || fail "$* does not say '$text': $(cat "$folder/err")"
}

# refuse_project TEXT LINE: a project with this line is not configured, and is told why.
refuse_project() {
  mkdir -p "$folder/wrong"
  printf 'cmake_minimum_required(VERSION 3.25)\nproject(wrong LANGUAGES CXX)\nfind_package(physgrad REQUIRED)\n%s\n' "$2" >"$folder/wrong/CMakeLists.txt"
  if cmake -S "$folder/wrong" -B "$folder/wrong/build" "${configuration[@]}" >"$folder/out" 2>&1; then fail "configured: $2"; fi
  grep -qF -- "$1" <<<"$(tr -s ' \n' ' ' <"$folder/out")" || fail "'$2' is not refused with '$1': $(cat "$folder/out")"
}

configuration=("-DCMAKE_PREFIX_PATH=$prefix" -DCMAKE_BUILD_TYPE=Release "-DCMAKE_CXX_FLAGS_RELEASE=-O1 -DNDEBUG" "$@")
examples=$source/docs/examples
cmake -S "$source/tests/consumer" -B "$folder/build" -DCMAKE_EXPORT_COMPILE_COMMANDS=ON "-DEXAMPLES=$examples" "${configuration[@]}"
cmake --build "$folder/build"
if grep -q -- "-W" "$folder/build/compile_commands.json"; then fail "the library's warnings reach its users"; fi

cd "$folder"
mine=$folder/build/mine
export PHYSGRAD_NO_LOAD_WARNING=1
pair=(--problem damped-pendulum --method sign-descent)

# Entries of its own are entries like all others.
expect "steer a damped pendulum" "$mine" list problems
expect "gradient descent with the gradient's signs" "$mine" list methods --json
expect "rule    lion" "$mine" list parts
expect "Report: " "$mine" run --problem damped-pendulum --method compose:rule=lion --seeds 1 --steps 5 --out composed --quiet
expect " sign-descent" "$mine" list pairs
expect "mine run --problem heat" "$mine" run --help
expect "Report: " "$mine" run --problem damped-pendulum,heat --method sign-descent,dp-adam --seeds 1 --steps 5 --out run --quiet
expect "damped-pendulum" "$mine" table --from run --kind convergence
expect "sign-descent" "$mine" table --from run --kind time --format csv
expect '"update":' "$mine" inspect "${pair[@]}" --batch 2
expect "Settings: tuned.json" "$mine" tune "${pair[@]}" --trials 2 --steps 3 --out tuned.json --quiet
expect "damped-pendulum" "$mine" run --config tuned.json --seeds 1 --steps 2 --specs
# The heap is counted: malloc is the one that counts.
grep -q '"peak_heap_bytes": *[1-9]' run/report.json || fail "no heap was counted"
# The libraries' threads are held before they start.
mkfifo specification
env -u OPENBLAS_NUM_THREADS "$mine" cell <specification >/dev/null 2>&1 &
exec 3>specification
for ((i = 0; i < 100; ++i)); do
  grep -qx OPENBLAS_NUM_THREADS=1 <<<"$(tr '\0' '\n' <"/proc/$!/environ")" && break
  sleep 0.05
done
exec 3>&-
wait $! || true
[ "$i" -lt 100 ] || fail "the program did not start again with its libraries' threads held"
# Another program than the library's own, and another one when its sources change.
program() { "$1" run --problem heat --method gn --seeds 1 --steps 1 --specs | grep -o '"program":"[^"]*"'; }
[ "$(program "$mine")" != "$(program "$prefix/bin/physgrad-bench")" ] || fail "its cells are taken for those of physgrad-bench"

refuse "did you mean 'damped-pendulum'?" "$mine" run --problem damped-pendulums
refuse "did you mean 'sign-descent'?" "$mine" inspect --problem heat --method sign-decent
refuse "did you mean 'damping'?" "$mine" run "${pair[@]}" --set dampng=1
refuse "did you mean 'lion'?" "$mine" run --problem heat --method compose:rule=lyon
refuse "setting 'rate' cannot be" "$mine" tune "${pair[@]}" --set rate=-1 --out other.json
refuse "did you mean 'summary'?" "$mine" table --from run --kind sumary
refuse "did you mean 'problems'?" "$mine" list problem

refuse "a method cannot be called 'gn': the catalogue has a method of this name" "$folder/build/twice" list

expect "PASSED" ctest --test-dir build --output-on-failure --verbose

refuse_project "a method cannot be called 'gn'" "file(WRITE \${CMAKE_BINARY_DIR}/gn.cpp \"\")
physgrad_add_bench(wrong METHODS \${CMAKE_BINARY_DIR}/gn.cpp)"
refuse_project "a part cannot be called 'adam'" "file(WRITE \${CMAKE_BINARY_DIR}/rule/adam.cpp \"\")
physgrad_add_bench(wrong PARTS \${CMAKE_BINARY_DIR}/rule/adam.cpp)"
refuse_project "has no settings file; expected" "file(WRITE \${CMAKE_BINARY_DIR}/tide.cpp \"\")
physgrad_add_bench(wrong PROBLEMS \${CMAKE_BINARY_DIR}/tide.cpp)"
refuse_project "there is no file" "physgrad_add_bench(wrong METHODS missing.cpp)"
echo "the consumer's program works"
