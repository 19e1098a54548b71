#include "physgrad/study/inspection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "physgrad/catalogue/facts.hpp"
#include "physgrad/catalogue/pair.hpp"
#include "physgrad/files/json.hpp"
#include "physgrad/files/settings_json.hpp"
#include "physgrad/linalg/kernel_table.hpp"
#include "physgrad/record/report.hpp"
#include "physgrad/study/plan.hpp"
#include "physgrad/train/trainer.hpp"
#include "physgrad/update/joint_jacobian.hpp"
#include "physgrad/update/update_fault.hpp"

namespace physgrad {
namespace {

OrderedJson vector_json(const Vector& values) {
  OrderedJson list = OrderedJson::array();
  for (const double value : values) list.push_back(number_json(value));
  return list;
}

OrderedJson rows_json(const Matrix& matrix) {
  OrderedJson list = OrderedJson::array();
  for (Index i = 0; i < matrix.rows(); ++i) list.push_back(vector_json(matrix.row(i).transpose()));
  return list;
}

/// Column = sample inside, row = sample outside.
OrderedJson samples_json(const Matrix& matrix) { return rows_json(matrix.transpose()); }

OrderedJson control_jacobian_json(Evaluation& at) {
  const Matrix& adjoints = at.control_adjoints();
  const Index dy = at.state().rows();
  OrderedJson list = OrderedJson::array();
  for (Index i = 0; i < at.samples(); ++i) list.push_back(rows_json(adjoints.middleCols(i * dy, dy).transpose()));
  return list;
}

/// The first that computes them as well as double precision allows.
const KernelEntry& singular_value_kernel() {
  return **std::ranges::find_if(kernel_table(),
                                [](const KernelEntry* kernel) { return kernel->singular_values && kernel->exact(); });
}

/// A kernel that needs no singular values leaves them to the reference.
OrderedJson singular_values_json(Evaluation& at, const StepReport& step) {
  if (step.singular_values.size() > 0) return vector_json(step.singular_values);
  // A method with a physics step of its own decomposed the network alone.
  JointJacobian jacobian(at, step.physics_step.size() > 0 ? Through::network : Through::network_and_physics);
  PartialInverseOptions options;
  options.kernel = singular_value_kernel().name;
  return vector_json(partial_inverse(jacobian, Vector::Ones(jacobian.rows()), options).singular_values);
}

Index batch_size(const InspectRequest& request, const ResolvedPair& pair) {
  const auto set = pair.given.find("batch");
  const Index samples = pair.problem.samples;
  if (set != pair.given.end() && request.batch > 0)
    throw UsageError("--batch and the setting 'batch' are the same; give one of them");
  // A problem without a network has one sample, whoever asks.
  if (samples > 1 && request.batch > samples)
    throw UsageError(
        fmt::format("--batch cannot be {}; {} has {} training samples", request.batch, request.problem, samples));
  Index size = request.batch > 0 ? request.batch : 8;
  if (set != pair.given.end()) size = std::lround(std::get<double>(set->second));
  return std::min<Index>(size, samples);
}

/// The settings of the command line and, of a config, those that concern the pair.
std::vector<SettingOverride> overrides_of(const Catalogue& catalogue, const InspectRequest& request) {
  RunRequest run;
  run.problems = {request.problem};
  run.methods = {request.method};
  run.sets = request.sets;
  run.config = request.config;
  return pair_overrides(catalogue, run);
}

}  // namespace

std::string inspection(const Catalogue& catalogue, const InspectRequest& request) {
  const std::uint64_t seed = request.seed;
  (void)problem_facts(catalogue, request.problem);
  (void)method_facts(catalogue, request.method);
  if (const std::string reason = skip_reason(catalogue, request.problem, request.method); !reason.empty())
    throw UsageError(reason);
  ResolvedPair pair = resolve_pair(catalogue, request.problem, request.method, overrides_of(catalogue, request));
  const PreparedData data = prepare_data(pair.problem, seed);
  std::vector<Index> first(static_cast<std::size_t>(batch_size(request, pair)));
  std::iota(first.begin(), first.end(), Index{0});
  const Batch batch = select_samples(data.train, first);
  pair.used["batch"] = static_cast<double>(batch.size());

  Meter meter;
  Evaluation at(pair.problem, data.theta, batch, meter, true, pair.method->rounding);
  StepReport step;
  Vector update;
  pair.method->update(at, {}, update, step);
  if (!at.state().allFinite() || !update.allFinite())
    throw std::runtime_error(fmt::format("{}: the simulation or the update of {} is not finite with these settings: {}",
                                         request.problem, request.method,
                                         explain_non_finite(at, step, pair.method->needs_derivatives()).reason));
  OrderedJson json = {{"schema_version", kSchemaVersion},
                      {"problem", request.problem},
                      {"method", request.method},
                      {"seed", seed},
                      {"settings", settings_json(pair.used)}};
  json["network"] = settings_json(pair.problem.network->description());
  json["network"]["theta"] = vector_json(data.theta);
  json["batch"] = {{"input", samples_json(batch.input)},
                   {"context", samples_json(batch.context)},
                   {"target", samples_json(batch.target)}};
  if (batch.reference.rows() > 0) json["batch"]["reference"] = samples_json(batch.reference);
  json["control"] = samples_json(at.control());
  json["state"] = samples_json(at.state());
  json["loss"] = number_json(at.loss());
  json["loss_gradient"] = samples_json(at.loss_gradient());
  json["gradient"] = vector_json(at.gradient());
  if (request.jacobian) {
    json["jacobian"] = rows_json(JointJacobian(at).dense());
    json["control_jacobian"] = control_jacobian_json(at);
  }
  if (pair.problem.inverse)
    json["inverse_control"] =
        samples_json(invert_uncounted(*pair.problem.inverse, batch.target, at.control(), batch.context));
  if (step.physics_step.size() > 0) json["physics_step"] = samples_json(step.physics_step);
  if (!std::isnan(step.kept_rank)) {
    json["singular_values"] = singular_values_json(at, step);
    json["kept_rank"] = count_json(step.kept_rank);
    json["kernel"] = step.kernel;
    if (!step.kernel_reason.empty()) json["kernel_reason"] = step.kernel_reason;
    json["error_estimate"] = number_json(step.error_estimate);
  }
  json["update"] = vector_json(update);
  return dump_json(json, -1) + "\n";
}

}  // namespace physgrad
