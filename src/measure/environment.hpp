#pragma once
// Where a number was measured: the build and the machine, as plain text for reports.
#include <string>

namespace physgrad {

/// The source and the compilation.
struct BuildFacts {
  std::string name, version;
  std::string commit;   ///< abbreviated hash, or "unknown"
  bool dirty = false;   ///< true where the sources of the program are not those of the commit
  std::string program;  ///< the commit; where `dirty`, with a hash of the sources: "commit+hash"
  std::string build_type, compiler, flags;
};
[[nodiscard]] BuildFacts build_facts();

/// The machine and the libraries. Texts are "unknown" where the system does not tell.
struct Environment {
  std::string cpu;
  int cores = 0;            ///< logical processors that are online
  int threads = 1;          ///< compute threads of one cell
  double cpu_mhz = 0;       ///< clock at the time of asking; 0 if unknown
  std::string caches;       ///< e.g. "L1d 32K, L1i 32K, L2 1024K, L3 33792K"
  double memory_bytes = 0;  ///< installed memory; 0 if unknown
  std::string compiler, flags, build_type;
  std::string eigen, simd, blas, libraries;
  std::string blas_core;  ///< the kernels that OpenBLAS runs, and who asked for them; empty without it
  std::string os;
  double load = 0;  ///< load average of the last minute, in processes
  bool operator==(const Environment&) const = default;
};
[[nodiscard]] Environment describe_environment();

}  // namespace physgrad
