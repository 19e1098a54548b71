// physgrad-bench inspect: one update, opened for cross-checking against any other implementation.
#include <fmt/format.h>

#include <memory>
#include <numeric>

#include "effects.hpp"
#include "number_options.hpp"
#include "physgrad/catalogue/catalogue.hpp"
#include "physgrad/files/files.hpp"
#include "physgrad/files/json.hpp"
#include "physgrad/linalg/partial_inverse.hpp"
#include "physgrad/record/cell_json.hpp"
#include "physgrad/train/trainer.hpp"
#include "physgrad/update/joint_jacobian.hpp"
#include "physgrad/update/update_fault.hpp"
#include "verbs.hpp"

namespace physgrad::driver {
namespace {

struct InspectRequest {
  std::string problem, method, out = "-";
  std::uint64_t seed = 0;
  Index batch = 0;  ///< 0: the setting's where it is given, otherwise 8
  std::vector<std::string> sets;
  std::string config;
  bool jacobian = false;
};

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

/// A kernel that needs no singular values leaves them to the reference.
OrderedJson singular_values_json(Evaluation& at, const StepReport& step) {
  if (step.singular_values.size() > 0) return vector_json(step.singular_values);
  // A method with a physics step of its own decomposed the network alone.
  JointJacobian jacobian(at, step.physics_step.size() > 0 ? Through::network : Through::network_and_physics);
  PartialInverseOptions options;
  options.kernel = "svd";
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
std::vector<SettingOverride> overrides_of(const InspectRequest& request) {
  RunRequest run;
  run.problems = {request.problem};
  run.methods = {request.method};
  run.sets = request.sets;
  run.config = request.config;
  return pair_overrides(run);
}

OrderedJson inspection(const InspectRequest& request) {
  const std::uint64_t seed = request.seed;
  (void)problem_facts(request.problem);
  (void)method_facts(request.method);
  if (const std::string reason = skip_reason(request.problem, request.method); !reason.empty())
    throw UsageError(reason);
  ResolvedPair pair = resolve_pair(request.problem, request.method, overrides_of(request));
  const PreparedData data = prepare_data(pair.problem, seed);
  std::vector<Index> first(static_cast<std::size_t>(batch_size(request, pair)));
  std::iota(first.begin(), first.end(), Index{0});
  const Batch batch = select_samples(data.train, first);
  pair.used["batch"] = static_cast<double>(batch.size());

  PhaseClock clock;
  Evaluation at(pair.problem, data.theta, batch, clock, true, pair.method->rounding);
  StepReport step;
  Vector update;
  pair.method->update(at, update, step);
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
    json["inverse_control"] = samples_json(pair.problem.inverse->invert(batch.target, at.control(), batch.context));
  if (step.physics_step.size() > 0) json["physics_step"] = samples_json(step.physics_step);
  if (!std::isnan(step.kept_rank)) {
    json["singular_values"] = singular_values_json(at, step);
    json["kept_rank"] = count_json(step.kept_rank);
    json["kernel"] = step.kernel;
    if (!step.kernel_reason.empty()) json["kernel_reason"] = step.kernel_reason;
    json["error_estimate"] = number_json(step.error_estimate);
  }
  json["update"] = vector_json(update);
  return json;
}

}  // namespace

void add_inspect(CLI::App& app, int& exit_code) {
  CLI::App* verb = app.add_subcommand("inspect", "Write one update with everything it was made from, as JSON");
  verb->footer(
      "The batch is the first B training samples of the seed, the same for every method.\nExamples:\n"
      "  physgrad-bench inspect --problem heat --method pg --seed 1 --out step.json\n"
      "  physgrad-bench inspect --problem two-body --method hig --batch 4 --set kappa=0.7 --jacobian");
  const auto request = std::make_shared<InspectRequest>();
  verb->add_option("--problem", request->problem, "a problem of the catalogue")->required();
  verb->add_option("--method", request->method, "a method of the catalogue")->required();
  add_whole(*verb, "--seed", request->seed, 0, std::numeric_limits<std::uint64_t>::max(),
            "seed of data and weights (default 0)");
  add_whole(*verb, "--batch", request->batch, 1, 1000000, "samples (default 8; a problem without a network has one)");
  verb->add_option("--set", request->sets, "KEY=VALUE, PROBLEM.KEY=VALUE or METHOD.KEY=VALUE")->take_all();
  verb->add_option("--config", request->config, "a config file of run or tune: its settings for the pair");
  verb->add_flag("--jacobian", request->jacobian, "write the joint and the control Jacobian too");
  verb->add_option("--out", request->out, "file to write, '-' for standard output (default)");
  verb->callback([request, &exit_code] {
    request->method = method_name(request->method);
    if (request->out != "-") check_output_path(request->out);
    const std::string text = dump_json(inspection(*request), -1) + "\n";
    if (request->out == "-")
      std::fwrite(text.data(), 1, text.size(), stdout);
    else
      write_text_file(request->out, text);
    exit_code = 0;
  });
}

}  // namespace physgrad::driver
