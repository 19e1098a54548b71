#include "physgrad/start_up.hpp"

#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <string>

#include "physgrad/measure/blas_core.hpp"

namespace {

// hold_threads() runs when nothing of the program has started, neither its sanitizers nor the C library's copy of the
// environment: these functions use what they are given and the kernel.
#define PHYSGRAD_EARLY __attribute__((no_sanitize("address", "undefined")))

// The last one is OpenBLAS's patience: its threads keep their processors for 2^N cycles after they have worked, 2^26
// unless told, where others of the same step want them.
constexpr std::size_t kHeld = 3;
char held_threads[kHeld][28] = {"OPENBLAS_NUM_THREADS=1", "OMP_NUM_THREADS=1", "OPENBLAS_THREAD_TIMEOUT=18"};

/// How far two entries of an environment agree: 0 not in their names, 1 in their names, 2 altogether.
PHYSGRAD_EARLY int agreement(const char* a, const char* b) {
  while (*a == *b && *a != '\0' && *a != '=') ++a, ++b;
  if (*a != '=' || *b != '=') return 0;
  while (*a == *b && *a != '\0') ++a, ++b;
  return *a == *b ? 2 : 1;
}

/// Becomes the same program from its beginning. Returns where that cannot be done.
PHYSGRAD_EARLY void restart(char** arguments, char** environment) {
  ::execve("/proc/self/exe", arguments, environment);
  const auto* path = reinterpret_cast<const char*>(::getauxval(AT_EXECFN));  // without /proc
  if (path != nullptr) ::execve(path, arguments, environment);
}

PHYSGRAD_EARLY void hold_threads(int /*count*/, char** arguments, char** environment) {
  std::size_t entries = 0, settled = 0;
  for (; environment[entries] != nullptr; ++entries) {
  }
  for (const char* wanted : held_threads) {
    std::size_t named = 0, held = 0;  // a name may stand there twice
    for (std::size_t i = 0; i < entries; ++i) {
      const int agreed = agreement(environment[i], wanted);
      named += agreed > 0;
      held += agreed == 2;
    }
    settled += named == 1 && held == 1;
  }
  if (settled == kHeld) return;
  const std::size_t bytes = (entries + kHeld + 1) * sizeof(char*);
  void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return;
  auto* changed = static_cast<char**>(memory);
  std::size_t at = 0;
  for (std::size_t i = 0; i < entries; ++i) {
    bool replaced = false;
    for (const char* wanted : held_threads) replaced |= agreement(environment[i], wanted) != 0;
    if (!replaced) changed[at++] = environment[i];
  }
  for (char* wanted : held_threads) changed[at++] = wanted;
  restart(arguments, changed);
  ::munmap(memory, bytes);
}

// The loader calls what stands in this section of an executable before the constructors of its libraries.
__attribute__((section(".preinit_array"), used)) void (*before_libraries)(int, char**, char**) = hold_threads;

}  // namespace

namespace physgrad::executable {

void choose_blas_core(char** arguments) {
  if (std::getenv(kBlasCoreVariable) != nullptr) return;
  const std::string own = blas_core_name(), better = better_blas_core();
  if (better.empty()) return;
  ::setenv(kBlasCoreVariable, better.c_str(), 1);
  ::setenv(kBlasOwnCoreVariable, own.c_str(), 1);
  restart(arguments, environ);
  ::unsetenv(kBlasCoreVariable);
  ::unsetenv(kBlasOwnCoreVariable);
}

}  // namespace physgrad::executable
