#include "linalg/partial_inverse.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "linalg/kernels.hpp"

namespace physgrad {
namespace kernels {

std::span<const KernelEntry> kernel_table() {
  static constexpr std::array<KernelEntry, 6> kTable{{
      {"svd", svd, nullptr},
      {"qr-svd", qr_svd, nullptr},
      {"gram", gram, "two-level"},
      {"structured", structured, "two-level"},
      {"two-level", two_level, "qr-svd"},
      {"krylov", krylov, nullptr},
  }};
  return kTable;
}

PartialInverseResult not_a_number(Index cols) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  PartialInverseResult result;
  result.direction = Vector::Constant(cols, kNan);
  result.singular_max = kNan;
  result.singular_min_kept = kNan;
  result.error_estimate = kNan;
  return result;
}

}  // namespace kernels

namespace {

const kernels::KernelEntry* find(const std::string& name) {
  for (const kernels::KernelEntry& entry : kernels::kernel_table()) {
    if (entry.name == name) return &entry;
  }
  return nullptr;
}

void validate(const JacobianOperator& jacobian, const Vector& g, const PartialInverseOptions& options) {
  if (g.size() != jacobian.rows()) {
    throw std::invalid_argument(fmt::format("partial inverse: g must have one entry per row of J: expected {}, got {}",
                                            jacobian.rows(), g.size()));
  }
  if (!(options.kappa >= -1 && options.kappa <= 1)) {
    throw std::invalid_argument(fmt::format("partial inverse: kappa must lie in [-1, 1], got {}", options.kappa));
  }
  if (!(options.tau >= 0 && options.tau < 1)) {
    throw std::invalid_argument(fmt::format("partial inverse: tau must lie in [0, 1), got {}", options.tau));
  }
  if (!(options.accuracy > 0)) {
    throw std::invalid_argument(fmt::format("partial inverse: accuracy must be positive, got {}", options.accuracy));
  }
  if (options.kernel != "auto" && find(options.kernel) == nullptr) {
    std::string known = "auto";
    for (const std::string& name : partial_inverse_kernels()) known += ", " + name;
    throw std::invalid_argument(fmt::format("partial inverse: unknown kernel '{}', known: {}", options.kernel, known));
  }
}

}  // namespace

std::vector<std::string> partial_inverse_kernels() {
  std::vector<std::string> names;
  for (const kernels::KernelEntry& entry : kernels::kernel_table()) names.emplace_back(entry.name);
  return names;
}

PartialInverseResult partial_inverse(JacobianOperator& jacobian, const Vector& g,
                                     const PartialInverseOptions& options) {
  validate(jacobian, g, options);
  kernels::Choice choice{nullptr, ""};
  if (options.kernel == "auto") choice = kernels::choose_kernel(jacobian, options);
  const kernels::KernelEntry* entry = find(choice.kernel != nullptr ? choice.kernel : options.kernel);

  PartialInverseResult result;
  if (jacobian.rows() == 0 || jacobian.cols() == 0) {
    result.direction = Vector::Zero(jacobian.cols());
  } else if (!g.allFinite()) {
    result = kernels::not_a_number(jacobian.cols());
  } else {
    result = entry->run(jacobian, g, options);
    while (result.error_estimate > options.accuracy && entry->successor != nullptr) {
      choice.reason += fmt::format("{}{} estimates an error of {:.1e}, asked {:.1e}: {} takes over",
                                   choice.reason.empty() ? "" : "; ", entry->name, result.error_estimate,
                                   options.accuracy, entry->successor);
      entry = find(entry->successor);
      result = entry->run(jacobian, g, options);
    }
  }
  result.kernel = entry->name;
  result.reason = choice.reason;
  return result;
}

}  // namespace physgrad
