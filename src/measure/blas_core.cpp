#include "physgrad/measure/blas_core.hpp"

#include <fmt/format.h>
#include <strings.h>

#include <cstdlib>

#ifdef PHYSGRAD_HAVE_LAPACK
#include <cblas.h>
#endif

namespace physgrad {
namespace {

enum Vectors { sse, avx, avx2, avx512, unknown };

struct Core {
  const char* name;
  Vectors vectors;
};

/// The x86 cores of OpenBLAS up to 0.3.29, by the widest vectors that their kernels use.
constexpr Core kCores[] = {{"Katmai", sse},        {"Coppermine", sse},
                           {"Northwood", sse},     {"Prescott", sse},
                           {"Banias", sse},        {"Atom", sse},
                           {"Core2", sse},         {"Penryn", sse},
                           {"Dunnington", sse},    {"Nehalem", sse},
                           {"Athlon", sse},        {"Opteron", sse},
                           {"Opteron_SSE3", sse},  {"Barcelona", sse},
                           {"Nano", sse},          {"Bobcat", sse},
                           {"Sandybridge", avx},   {"Bulldozer", avx},
                           {"Piledriver", avx},    {"Steamroller", avx},
                           {"Excavator", avx2},    {"Haswell", avx2},
                           {"Zen", avx2},          {"SkylakeX", avx512},
                           {"Cooperlake", avx512}, {"SapphireRapids", avx512}};

bool same(std::string_view a, const char* b) { return strcasecmp(std::string(a).c_str(), b) == 0; }

Vectors vectors_of(std::string_view core) {
  for (const Core& each : kCores)
    if (same(core, each.name)) return each.vectors;
  return unknown;
}

}  // namespace

ProcessorFeatures processor_features() {
  ProcessorFeatures result;
#if defined(__x86_64__)
  __builtin_cpu_init();
  result.avx = __builtin_cpu_supports("avx") != 0;
  result.avx2 = __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0;
  result.avx512 = result.avx2 && __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512vl") != 0 &&
                  __builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512dq") != 0;
#endif
  return result;
}

std::string better_core(const ProcessorFeatures& features, std::string_view detected) {
  const Vectors taken = vectors_of(detected);
  if (same(detected, "Zen")) return {};
  if (features.avx512 && taken < avx512) return "SkylakeX";
  if (features.avx2 && taken < avx2) return "Haswell";
  if (features.avx && taken < avx) return "Sandybridge";
  return {};
}

std::string describe_core(std::string_view runs, const char* asked, const char* own) {
  if (asked == nullptr) return std::string(runs);
  const std::string reason = own == nullptr ? fmt::format("{} of the environment", kBlasCoreVariable)
                                            : fmt::format("the library took this processor for {}", own);
  if (same(runs, asked)) return fmt::format("{}, asked for: {}", runs, reason);
  return fmt::format("{}, though {} was asked for: {}", runs, asked, reason);
}

std::string blas_core_name() {
#ifdef PHYSGRAD_HAVE_LAPACK
  return openblas_get_corename();
#else
  return {};
#endif
}

std::string better_blas_core() {
#ifdef PHYSGRAD_HAVE_LAPACK
  const bool has_others = std::string_view(openblas_get_config()).find("DYNAMIC_ARCH") != std::string_view::npos;
  return has_others ? better_core(processor_features(), blas_core_name()) : std::string();
#else
  return {};
#endif
}

std::string blas_core() {
  const std::string runs = blas_core_name();
  return runs.empty() ? runs : describe_core(runs, std::getenv(kBlasCoreVariable), std::getenv(kBlasOwnCoreVariable));
}

}  // namespace physgrad
