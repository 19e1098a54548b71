#include "physgrad/linalg/backend.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <stdexcept>

#include "physgrad/linalg/debug_backend.hpp"
#include "physgrad/linalg/eigen_backend.hpp"
#include "physgrad/linalg/lapack_backend.hpp"

namespace physgrad {
namespace {

const Backend& debug_backend() {
  static const DebugBackend instance(default_backend());
  return instance;
}

}  // namespace

const Backend& default_backend() {
  const Backend* lapack = lapack_backend();
  return lapack != nullptr ? *lapack : eigen_backend();
}

const Backend& backend(std::string_view name) {
  const Backend* lapack = lapack_backend();
  if (name == "eigen") return eigen_backend();
  if (name == "debug") return debug_backend();
  if (name == "lapack" && lapack != nullptr) return *lapack;
  throw std::invalid_argument(fmt::format("linear algebra: back end '{}' {}, expected one of: {}", name,
                                          name == "lapack" ? "was not built into this program" : "is unknown",
                                          fmt::join(backend_names(), ", ")));
}

std::vector<std::string_view> backend_names() {
  std::vector<std::string_view> names{"eigen", "debug"};
  if (lapack_backend() != nullptr) names.insert(names.begin() + 1, "lapack");
  return names;
}

}  // namespace physgrad
