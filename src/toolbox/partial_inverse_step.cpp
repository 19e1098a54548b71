#include "physgrad/toolbox/partial_inverse_step.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "physgrad/linalg/kernel_table.hpp"
#include "physgrad/linalg/layer_gram.hpp"

namespace physgrad {
namespace {

/// Kernels that compute as well as they can hand over to nobody.
std::string idle_accuracy(const Settings& settings) {
  const std::string& kernel = settings.text("kernel");
  if (kernel != "auto" && kernel_entry(kernel).exact())
    return fmt::format("kernel={} is as accurate as it can be", kernel);
  return {};
}

}  // namespace

std::vector<SettingSpec> partial_inverse_settings() {
  std::vector<std::string> kernels = partial_inverse_kernels();
  kernels.insert(kernels.begin(), "auto");
  SettingSpec accuracy =
      tuned(real_setting("accuracy", 1e-4, 1e-13, 1, "asked relative accuracy of the partial inverse"),
            {.low = 1e-8, .high = 1e-1});
  accuracy.idle = idle_accuracy;
  return {real_setting("kappa", 0.5, -1, 1, "exponent of the partial inverse: 1/2 half-inverse, 1 Gauss-Newton"),
          tuned(real_setting("tau", 1e-6, 0, 0.999999, "singular values up to tau times the largest are dropped"),
                {.low = 1e-8, .high = 1e-1, .of_inverse = true}),
          std::move(accuracy), choice_setting("kernel", "auto", kernels, "how the partial inverse is computed"),
          choice_setting("precision", "double", {"double", "single", "mixed"},
                         "single: as published runs; mixed: J rounded to single precision, decomposed in double")};
}

namespace {

/// "auto, ... or ...".
std::string single_precision_choices() {
  std::vector<std::string> names = single_precision_kernels();
  const std::string last = std::move(names.back());
  names.pop_back();
  names.insert(names.begin(), "auto");
  return fmt::format("{} or {}", fmt::join(names, ", "), last);
}

}  // namespace

PartialInverseOptions partial_inverse_options(const Settings& settings) {
  PartialInverseOptions options;
  options.kappa = settings.real("kappa");
  options.tau = settings.real("tau");
  options.accuracy = settings.real("accuracy");
  options.kernel = settings.text("kernel");
  options.precision = settings.text("precision");
  const bool named = options.kernel != "auto";
  if (options.precision == "single" && named && kernel_entry(options.kernel).run_single == nullptr)
    throw UsageError(fmt::format(
        "setting 'kernel' cannot be '{}' with precision=single; expected {} (the others would lose half of its digits)",
        options.kernel, single_precision_choices()));
  return options;
}

void report_partial_inverse(Evaluation& at, PartialInverseResult& result, StepReport& report) {
  at.costs().decompositions += static_cast<double>(result.decompositions);
  at.costs().flops += result.flops;
  report.kept_rank = static_cast<double>(result.kept_rank);
  report.singular_max = result.singular_max;
  report.singular_min_kept = result.singular_min_kept;
  report.error_estimate = result.error_estimate;
  report.kernel = result.kernel;
  report.kernel_reason = std::move(result.reason);
  report.kernel_failure = std::move(result.failure);
  report.handed_over = result.handed_over ? 1 : 0;
  report.singular_values = std::move(result.singular_values);
}

double joint_jacobian_bytes(const MethodSizes& sizes, bool with_physics) {
  const Index rows = (with_physics ? sizes.outputs : sizes.controls) * sizes.batch;
  const double adjoints = with_physics ? 8.0 * static_cast<double>(rows * sizes.controls) : 0.0;
  const double factors = sizes.factored ? factored_bytes(sizes.blocks, rows, sizes.batch) : 0.0;
  return adjoints + std::max(factors, with_physics ? sizes.adjoints_bytes : 0.0);
}

namespace {

Index outputs_of(const MethodSizes& sizes, bool with_physics) { return with_physics ? sizes.outputs : sizes.controls; }

/// J as it is rounded, beside J.
double rounded_bytes(const PartialInverseOptions& options, Index rows, Index cols) {
  return options.precision == "mixed" ? 8.0 * static_cast<double>(rows) * static_cast<double>(cols) : 0.0;
}

}  // namespace

PartialInverseOptions within(PartialInverseOptions options, const StepLimits& limits, const MethodSizes& sizes,
                             bool with_physics) {
  const Index outputs = outputs_of(sizes, with_physics), rows = outputs * sizes.batch;
  options.threads = limits.threads;
  const double tiles = limits.threads * gram_tile_bytes(sizes.blocks, rows, outputs);
  const double others =
      joint_jacobian_bytes(sizes, with_physics) + tiles + rounded_bytes(options, rows, sizes.parameters);
  options.memory_limit_bytes = std::max(1.0, limits.host_bytes - others);  // a kernel takes positive limits only
  return options;
}

namespace {

double kernel_step_bytes(const KernelEntry& kernel, const PartialInverseOptions& options, const MethodSizes& sizes,
                         bool with_physics) {
  const Index outputs = outputs_of(sizes, with_physics), rows = outputs * sizes.batch, cols = sizes.parameters;
  const bool mixed = options.precision == "mixed";
  const JacobianSize size{rows, cols, !mixed && sizes.factored};
  const double made_of = joint_jacobian_bytes(sizes, with_physics);
  const double bytes = kernel.bytes(size, options);
  if (mixed) return made_of + bytes + rounded_bytes(options, rows, cols);
  const bool half = kernel.takes_half_gram(size);
  if (!half && !kernel.takes_filled_gram(size)) return made_of + bytes;
  // Tiles fill the Gram matrix before it is decomposed.
  const double square = 8.0 * static_cast<double>(rows) * static_cast<double>(rows);
  const double tiles = options.threads * gram_tile_bytes(sizes.blocks, rows, outputs);
  if (!half) return made_of + std::max(bytes, square + tiles);
  // The factors are forgotten then, so that the decomposition has their room.
  const double adjoints = with_physics ? 8.0 * static_cast<double>(rows * sizes.controls) : 0.0;
  return std::max(bytes + adjoints, square / 2 + tiles + made_of);
}

}  // namespace

double predicted_inverse_bytes(const PartialInverseOptions& options, const MethodSizes& sizes, bool with_physics) {
  const bool structured = options.precision != "mixed" && sizes.factored;
  const Index rows = outputs_of(sizes, with_physics) * sizes.batch;
  double bytes = 0;
  for (const KernelEntry* kernel : expected_kernels(options, rows, sizes.parameters, structured))
    bytes = std::max(bytes, kernel_step_bytes(*kernel, options, sizes, with_physics));
  return bytes;
}

}  // namespace physgrad
