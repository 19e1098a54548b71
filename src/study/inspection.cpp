#include "physgrad/study/inspection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "physgrad/catalogue/facts.hpp"
#include "physgrad/catalogue/pair.hpp"
#include "physgrad/files/json.hpp"
#include "physgrad/files/settings_json.hpp"
#include "physgrad/linalg/kernel_table.hpp"
#include "physgrad/record/report.hpp"
#include "physgrad/record/weights.hpp"
#include "physgrad/study/plan.hpp"
#include "physgrad/study/start_weights.hpp"
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

OrderedJson batch_json(const Batch& batch) {
  OrderedJson json = {{"input", samples_json(batch.input)},
                      {"context", samples_json(batch.context)},
                      {"target", samples_json(batch.target)}};
  if (batch.reference.rows() > 0) json["reference"] = samples_json(batch.reference);
  return json;
}

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

bool sets_batch(const std::string& text) {
  const std::string key = split_setting(text).first;
  return key == "batch" || key.ends_with(".batch");
}

Index batch_size(const InspectRequest& request, const ResolvedPair& pair) {
  const auto set = pair.given.find("batch");
  const Index samples = pair.problem.samples;
  // What a file of weights says of a batch is a default like any other.
  const bool asked = request.weights.empty() ? set != pair.given.end() : std::ranges::any_of(request.sets, sets_batch);
  if (asked && request.batch > 0) throw UsageError("--batch and the setting 'batch' are the same; give one of them");
  // A problem without a network has one sample, whoever asks.
  if (samples > 1 && request.batch > samples)
    throw UsageError(
        fmt::format("--batch cannot be {}; {} has {} training samples", request.batch, request.problem, samples));
  Index size = request.batch > 0 ? request.batch : 8;
  if (set != pair.given.end() && (asked || request.batch == 0)) size = std::lround(std::get<double>(set->second));
  return std::min<Index>(size, samples);
}

/// What a run of the pair would be asked for.
RunRequest run_request(const InspectRequest& request) {
  RunRequest run;
  run.problems = {request.problem};
  run.methods = {request.method};
  run.sets = request.sets;
  run.config = request.config;
  return run;
}

std::vector<SettingOverride> overrides_of(const Catalogue& catalogue, const InspectRequest& request,
                                          const std::optional<Weights>& weights) {
  std::vector<SettingOverride> from_file;
  if (weights) from_file = weights_settings(catalogue, *weights, request.method);
  return pair_overrides(catalogue, run_request(request), from_file);
}

/// The request with what the weights say.
InspectRequest completed(InspectRequest request, const std::optional<Weights>& weights) {
  if (!weights) {
    for (const auto& [option, text] :
         {std::pair("--problem", &request.problem), std::pair("--method", &request.method)})
      if (text->empty())
        throw UsageError(fmt::format("inspect needs {}, or --weights with a file that says it", option));
    return request;
  }
  const CellKey& cell = weights->cell.key;
  if (!request.config.empty())
    throw UsageError("--config has no effect beside --weights, whose file says every setting; change some with --set");
  if (!request.problem.empty() && request.problem != cell.problem)
    throw UsageError(fmt::format("--problem cannot be {}; the weights in '{}' are of {}", request.problem,
                                 request.weights, cell.problem));
  request.problem = cell.problem;
  if (request.method.empty()) request.method = cell.method;
  if (!request.seed) request.seed = cell.seed;
  return request;
}

/// What is wrong with the pair or its settings may be so in the file of weights, which the message then names.
ResolvedPair resolved(const Catalogue& catalogue, const InspectRequest& request,
                      const std::optional<Weights>& weights) {
  try {
    (void)problem_facts(catalogue, request.problem);
    (void)method_facts(catalogue, request.method);
    if (const std::string reason = skip_reason(catalogue, request.problem, request.method); !reason.empty())
      throw UsageError(reason);
    return resolve_pair(catalogue, request.problem, request.method, overrides_of(catalogue, request, weights));
  } catch (const UsageError& error) {
    if (!weights) throw;
    throw UsageError(fmt::format("with what '{}' says: {}", request.weights, error.what()));
  }
}

OrderedJson origin_json(const Weights& weights, const std::string& file) {
  return {{"file", file},
          {"method", weights.cell.key.method},
          {"seed", weights.cell.key.seed},
          {"step", weights.step},
          {"trajectory_hash", weights.trajectory_hash}};
}

}  // namespace

std::string inspection(const Catalogue& catalogue, const InspectRequest& asked) {
  std::optional<Weights> weights;
  if (!asked.weights.empty()) weights = read_weights(asked.weights);
  const InspectRequest request = completed(asked, weights);
  const std::uint64_t seed = request.seed.value_or(0);
  ResolvedPair pair = resolved(catalogue, request, weights);
  PreparedData data = prepare_data(pair.problem, seed);
  if (weights) data.theta = start_weights(*weights, pair, request.weights);
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
  if (weights) json["weights"] = origin_json(*weights, request.weights);
  json["batch"] = batch_json(batch);
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
