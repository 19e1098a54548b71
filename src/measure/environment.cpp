#include "physgrad/measure/environment.hpp"

#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <Eigen/Core>
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "physgrad/measure/blas_core.hpp"
#include "version_build.hpp"
#include "version_commit.hpp"

#ifdef PHYSGRAD_HAVE_LAPACK
#include <cblas.h>
#endif

namespace physgrad {
namespace {

constexpr const char* kUnknownText = "unknown";

std::string first_line(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

/// The value of the first line "key <separator> value" of a system file, without quotes.
std::string value_in(const char* path, const std::string& key, char separator) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const std::size_t at = line.find(separator);
    if (at == std::string::npos || line.compare(0, key.size(), key) != 0) continue;
    std::string value = line.substr(at + 1);
    std::erase(value, '"');
    value.erase(0, value.find_first_not_of(" \t"));
    return value;
  }
  return {};
}

std::string or_unknown(std::string text) { return text.empty() ? kUnknownText : text; }

std::string caches() {
  namespace fs = std::filesystem;
  std::string result;
  for (int i = 0; i < 8; ++i) {
    const fs::path folder = fmt::format("/sys/devices/system/cpu/cpu0/cache/index{}", i);
    const std::string size = first_line(folder / "size");
    if (size.empty()) continue;
    const std::string type = first_line(folder / "type");
    const char* suffix = type == "Data" ? "d" : type == "Instruction" ? "i" : "";
    result += fmt::format("{}L{}{} {}", result.empty() ? "" : ", ", first_line(folder / "level"), suffix, size);
  }
  return or_unknown(result);
}

std::string compiler() {
#if defined(__clang__)
  return fmt::format("clang {}.{}.{}", __clang_major__, __clang_minor__, __clang_patchlevel__);
#elif defined(__GNUC__)
  return fmt::format("gcc {}.{}.{}", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__);
#else
  return kUnknownText;
#endif
}

std::string blas() {
#ifdef PHYSGRAD_HAVE_LAPACK
  std::string text = openblas_get_config();
  text.erase(text.find_last_not_of(' ') + 1);
  return fmt::format("{} ({})", text, blas_core());
#else
  return "eigen";
#endif
}

std::string operating_system() {
  utsname kernel{};
  const std::string release = uname(&kernel) == 0 ? fmt::format("{} {}", kernel.sysname, kernel.release) : kUnknownText;
  return fmt::format("{}, {}", or_unknown(value_in("/etc/os-release", "PRETTY_NAME", '=')), release);
}

double number_or_zero(const std::string& text) { return std::strtod(text.c_str(), nullptr); }

}  // namespace

BuildFacts build_facts() {
  return {"physgrad-bench", PHYSGRAD_VERSION,    PHYSGRAD_COMMIT, PHYSGRAD_DIRTY,
          PHYSGRAD_PROGRAM, PHYSGRAD_BUILD_TYPE, compiler(),      PHYSGRAD_FLAGS};
}

Environment describe_environment() {
  Environment result;
  result.cpu = or_unknown(value_in("/proc/cpuinfo", "model name", ':'));
  result.cores = static_cast<int>(std::max(0L, sysconf(_SC_NPROCESSORS_ONLN)));
  result.cpu_mhz = number_or_zero(value_in("/proc/cpuinfo", "cpu MHz", ':'));
  result.caches = caches();
  result.memory_bytes = 1024 * number_or_zero(value_in("/proc/meminfo", "MemTotal", ':'));
  result.compiler = compiler();
  result.flags = PHYSGRAD_FLAGS;
  result.build_type = PHYSGRAD_BUILD_TYPE;
  result.eigen = fmt::format("{}.{}.{}", EIGEN_WORLD_VERSION, EIGEN_MAJOR_VERSION, EIGEN_MINOR_VERSION);
  result.simd = Eigen::SimdInstructionSetsInUse();
  result.blas = blas();
  result.blas_core = blas_core();
  result.libraries = fmt::format("fmt {}.{}.{}", FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100);
  result.os = operating_system();
  double load = 0;
  if (getloadavg(&load, 1) == 1) result.load = load;
  return result;
}

}  // namespace physgrad
