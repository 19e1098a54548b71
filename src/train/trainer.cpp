#include "physgrad/train/trainer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "physgrad/core/threaded_simulator.hpp"
#include "physgrad/measure/processor_use.hpp"
#include "physgrad/record/curve.hpp"
#include "physgrad/statistics/statistics.hpp"
#include "physgrad/statistics/streaming_quantiles.hpp"
#include "physgrad/train/batch_growth.hpp"
#include "physgrad/train/diagnostics.hpp"
#include "physgrad/train/weight_average.hpp"
#include "physgrad/update/update_fault.hpp"

namespace physgrad {

Batch held_out_data(const Problem& problem, std::uint64_t seed) {
  Rng stream(seed, "test-data");
  Batch data = problem.sample(stream, problem.instance ? 1 : problem.test_samples);
  if (problem.instance) data.input.resize(0, 1);
  return data;
}

PreparedData prepare_data(const Problem& problem, std::uint64_t seed) {
  Rng train_stream(seed, "train-data"), weight_stream(seed, "weights");
  Batch test = held_out_data(problem, seed);
  // No training of any seed has seen an instance: the streams of training data are others.
  return {problem.instance ? test : problem.sample(train_stream, problem.samples), std::move(test),
          problem.start.size() > 0 ? problem.start : problem.network->initial(weight_stream)};
}

void select_samples(const Batch& batch, const std::vector<Index>& which, Batch& out) {
  const auto select = [&](const Matrix& all, Matrix& some) {
    some.resize(all.rows(), static_cast<Index>(which.size()));
    if (all.rows() == 0) return;
    for (Index i = 0; i < some.cols(); ++i) some.col(i) = all.col(which[static_cast<std::size_t>(i)]);
  };
  select(batch.input, out.input);
  select(batch.context, out.context);
  select(batch.target, out.target);
  select(batch.reference, out.reference);
}

Batch select_samples(const Batch& batch, const std::vector<Index>& which) {
  Batch out;
  select_samples(batch, which, out);
  return out;
}

namespace {

/// Deals batches from shuffled epochs. The order depends on seed, first batch size and number of samples only, so every
/// method with the same batch sizes sees the same batches.
class BatchOrder {
 public:
  BatchOrder(std::uint64_t seed, Index samples, Index first_batch)
      : rng_(seed, fmt::format("order-{}", first_batch)), samples_(samples) {}

  /// The samples of the next batch, so many; valid until the next call.
  const std::vector<Index>& next(Index batch) {
    which_.clear();
    while (static_cast<Index>(which_.size()) < batch) {
      if (at_ == order_.size()) {
        order_ = rng_.permutation(samples_);
        at_ = 0;
        // An epoch's remainder that fills no batch is dropped, so that no batch holds a sample twice.
        which_.clear();
      }
      which_.push_back(order_[at_++]);
    }
    return which_;
  }

 private:
  Rng rng_;
  Index samples_;
  std::vector<Index> order_, which_;
  std::size_t at_ = 0;
};

Losses measure_losses(const Problem& problem, const Vector& theta, const PreparedData& data) {
  const auto loss = [&](const Batch& batch, Matrix* control) {
    Matrix x = problem.network->run(theta, batch.input);
    const double value = problem.loss->reported(problem.simulator->run(x, batch.context), batch.target);
    if (control != nullptr) *control = std::move(x);
    return value;
  };
  Losses result;
  Matrix x;
  result.train_loss = loss(data.train, nullptr);
  result.test_loss = loss(data.test, &x);
  if (problem.x_error) result.x_error = problem.x_error(data.test, x).mean();
  // Over the error of x = 0, which is the reference's norm; undefined where the reference is 0.
  const auto relative = [&](const auto& error) {
    const double norm = error ? error(data.test, Matrix::Zero(x.rows(), x.cols())).mean() : 0.0;
    return norm > 0 ? error(data.test, x).mean() / norm : kAbsent;
  };
  result.x_error_relative = relative(problem.x_error);
  result.x_error_determined = relative(problem.x_error_determined);
  return result;
}

/// Of one use of the network: the median over single samples. Off every clock.
double inference_seconds(const Problem& problem, const Vector& theta, const Matrix& input) {
  constexpr int kRepetitions = 101;
  if (input.rows() == 0 || input.cols() == 0) return kAbsent;
  std::vector<double> seconds;
  for (int i = 0; i < kRepetitions; ++i) {
    const Matrix sample = input.col(i % input.cols());
    const PhaseClock clock;
    (void)problem.network->run(theta, sample);
    seconds.push_back(clock.wall());
  }
  return quantile(std::move(seconds), 0.5);
}

/// The next step at which the curve gets a point: every one up to 4, then about 8 an octave's doubling of steps.
long next_evaluation(long step) {
  return step < 4 ? step + 1 : std::max(step + 1, static_cast<long>(std::llround(static_cast<double>(step) * 1.25)));
}

BatchGrowth batches(const Problem& problem, const Method& method) {
  return {method.batch, method.growth, problem.fresh ? std::numeric_limits<Index>::max() : problem.samples};
}

/// Of what the training keeps beside the method: the evaluation and the mean of the weights.
double kept_bytes(const Problem& problem, const Method& method) {
  return evaluation_bytes(problem, batches(problem, method).largest(), method.needs_derivatives()) +
         WeightAverage::bytes(method.average, problem.network->parameters());
}

/// What is left for a step beside that.
StepLimits step_limits(const Problem& problem, const Method& method, double memory_limit_bytes, int threads) {
  return {.host_bytes = memory_limit_bytes - kept_bytes(problem, method), .threads = threads};
}

double step_bytes(const Problem& problem, const Method& method, double memory_limit_bytes, int threads) {
  return kept_bytes(problem, method) +
         method.predicted_bytes(method_sizes(problem, batches(problem, method).largest()),
                                step_limits(problem, method, memory_limit_bytes, threads));
}

class Training {
 public:
  Training(const Problem& problem, Method& method, const TrainOptions& options, const Observer& observer,
           CellRecord record)
      : problem_(problem),
        method_(method),
        options_(options),
        observer_(observer),
        data_(prepare_data(problem, options.seed)),
        theta_(data_.theta),
        average_(method.average),
        batches_(batches(problem, method)),
        limits_(step_limits(problem, method, options.memory_limit_bytes, options.threads)),
        fresh_(options.seed, fmt::format("fresh-{}", batches_.first())),
        order_(options.seed, problem.samples, batches_.first()),
        evaluation_(problem, theta_, batch_, meter_, method.needs_derivatives(), method.rounding, options.threads),
        record_(std::move(record)) {
    if (method.rounding == Rounding::single) round_to_single(theta_);
    record_.key.seed = options.seed;
    const Index outputs = problem.simulator->outputs();
    const Index largest = batches_.largest();
    record_.sizes = {theta_.size(), outputs, problem.simulator->controls(), largest, outputs * largest};
    for (const double target : options.targets) record_.targets.push_back({target, kAbsent, kAbsent});
  }

  CellRecord run() {
    record_.memory.predicted_bytes = step_bytes(problem_, method_, options_.memory_limit_bytes, options_.threads);
    if (record_.memory.predicted_bytes > options_.memory_limit_bytes) {
      record_.status = Status::skipped;
      record_.reason = fmt::format("predicted to need {:.0f} bytes, more than the limit of {:.0f}",
                                   record_.memory.predicted_bytes, options_.memory_limit_bytes);
      return std::move(record_);
    }
    watch_ = ProcessorWatch();
    const double cpu_before = cpu_seconds();
    meter_ = Meter();
    measure();
    bool running = !diverged();
    if (options_.before_first_step) options_.before_first_step(meter_.clock);
    while (running) running = advance();
    if (options_.after_last_step) options_.after_last_step(meter_.clock);
    if (record_.curve.back().step != record_.steps) {
      measure();
      // What overflowed after the curve's last point has not been seen yet.
      if (diverged() && record_.status != Status::failed) stop_diverged();
    }
    finish(cpu_before);
    return std::move(record_);
  }

 private:
  bool advance() {
    if (record_.steps >= options_.max_steps) return stop(Status::completed);
    if (meter_.clock.training() >= options_.budget_seconds) return stop(Status::time_budget);
    const double before = meter_.clock.training();
    const bool finite = step();
    record_.costs = meter_.costs;
    if (!finite)
      return stop(fault_.diverged ? Status::diverged : Status::failed,
                  fmt::format("the update of step {} is not finite: {}", record_.steps + 1, fault_.reason));
    ++record_.steps;
    record_.samples_seen += batch_.size();
    if (record_.steps == 1)
      record_.time.first_step_seconds = meter_.clock.training() - before;
    else
      step_seconds_.add(meter_.clock.training() - before);
    if (record_.steps < next_measurement_) return true;
    measure();
    if (diverged()) return stop_diverged();
    const bool reached = !record_.targets.empty() && !std::isnan(record_.targets.back().seconds);
    return options_.stop_at_last_target && reached ? stop(Status::target_reached) : true;
  }

  void next_batch(double used) {
    const Index samples = options_.largest_batches ? batches_.largest() : batches_.at(used);
    if (!problem_.fresh) return select_samples(data_.train, order_.next(samples), batch_);
    batch_ = {};  // two at once would be twice the memory
    batch_ = problem_.sample(fresh_, samples);
  }

  /// One update of theta; false (and theta untouched) where it is not finite.
  bool step() {
    const double used = used_share();
    {
      const PhaseScope scope(meter_.clock, Phase::data);
      next_batch(used);
    }
    evaluation_.reset();
    evaluation_.set_progress(used);
    StepReport report;
    method_.update(evaluation_, limits_, update_, report);
    const PhaseScope scope(meter_.clock, Phase::update);
    if (!update_.allFinite()) {
      fault_ = explain_non_finite(evaluation_, report, method_.needs_derivatives());
      return false;
    }
    theta_ += update_;
    if (method_.rounding == Rounding::single) round_to_single(theta_);
    average_.add(theta_);
    diagnostics_.add(report);
    return true;
  }

  /// Of the budget, whichever of the two ends sooner.
  [[nodiscard]] double used_share() const {
    const double steps = static_cast<double>(record_.steps) / static_cast<double>(options_.max_steps);
    return std::min(1.0, std::max(steps, meter_.clock.training() / options_.budget_seconds));
  }
  /// What the training would give if it were to end here.
  [[nodiscard]] const Vector& weights() const { return average_.or_last(theta_); }

  void measure() {
    const PhaseScope scope(meter_.clock, Phase::evaluation);
    const ProcessorWatch::Pause pause(watch_);
    CurvePoint point{record_.steps,
                     meter_.clock.training(),
                     record_.samples_seen,
                     measure_losses(problem_, weights(), data_),
                     0,
                     record_.costs.simulations + record_.costs.simulator_jvps + record_.costs.simulator_vjps};
    for (const double weight : theta_) hash_ = mix_bits(hash_, std::bit_cast<std::uint64_t>(weight));
    hash_ = mix_bits(hash_, std::bit_cast<std::uint64_t>(point.losses.train_loss));
    hash_ = mix_bits(hash_, std::bit_cast<std::uint64_t>(point.losses.test_loss));
    point.hash = hash_;
    for (TargetRecord& target : record_.targets)
      if (std::isnan(target.seconds) && point.losses.train_loss <= target.loss) {
        target.seconds = point.seconds;
        target.steps = static_cast<double>(point.step);
      }
    record_.curve.push_back(point);
    next_measurement_ = options_.evaluate ? next_evaluation(record_.steps) : std::numeric_limits<long>::max();
    if (observer_) observer_(point);
  }

  [[nodiscard]] bool diverged() const {
    const double loss = record_.curve.back().losses.train_loss;
    return !std::isfinite(loss) || loss > 1e6 * record_.curve.front().losses.train_loss;
  }

  bool stop_diverged() {
    return stop(Status::diverged, fmt::format("training loss {:.3g} after {} steps",
                                              record_.curve.back().losses.train_loss, record_.steps));
  }

  bool stop(Status status, std::string reason = {}) {
    record_.status = status;
    record_.reason = std::move(reason);
    return false;
  }

  void finish(double cpu_before) {
    if (record_.steps == 0 && record_.status != Status::diverged && record_.reason.empty())
      stop(Status::failed, "no update was made within the budget");
    summarise_curve(record_);
    finish_times(cpu_before);
    record_.has_costs = true;
    record_.diagnostics = diagnostics_.result();
    measure_activations(problem_, weights(), data_.test, record_.diagnostics);
    record_.trajectory_hash = fmt::format("{:016x}", hash_);
    if (options_.at_end && theta_.allFinite()) options_.at_end(weights(), record_);
  }

  void finish_times(double cpu_before) {
    for (std::size_t p = 0; p < kPhases; ++p) record_.time.phases[p] = meter_.clock.seconds(static_cast<Phase>(p));
    record_.time.wall_seconds = meter_.clock.wall();
    record_.time.train_seconds = meter_.clock.training();
    record_.time.cpu_seconds = cpu_seconds() - cpu_before;
    record_.time.threads = computing_threads(record_.time.cpu_seconds, watch_.thread_seconds());
    const ProcessorUse use = watch_.use(record_.time.train_seconds);
    record_.processor_share = use.share();
    record_.preemptions = use.preemptions;
    record_.disturbed = use.disturbed();
    record_.time.inference_seconds = inference_seconds(problem_, weights(), data_.test.input);
    record_.time.step_mean = step_seconds_.mean();
    record_.time.step_median = step_seconds_.quantile(0.5);
    record_.time.step_p10 = step_seconds_.quantile(0.1);
    record_.time.step_p90 = step_seconds_.quantile(0.9);
  }

  const Problem& problem_;
  Method& method_;
  const TrainOptions& options_;
  const Observer& observer_;
  PreparedData data_;
  Vector theta_;
  WeightAverage average_;
  BatchGrowth batches_;
  StepLimits limits_;
  Rng fresh_;  // of batches that are drawn anew
  BatchOrder order_;
  Meter meter_;
  ProcessorWatch watch_;
  Batch batch_;  // these three keep their memory from step to step
  Evaluation evaluation_;
  Vector update_;
  UpdateFault fault_;  // of an update that is not finite
  CellRecord record_;
  DiagnosticsCollector diagnostics_;
  StreamingQuantiles step_seconds_;  // after the first step
  long next_measurement_ = 1;
  std::uint64_t hash_ = 0;
};

}  // namespace

double predicted_bytes(const Problem& problem, const Method& method, double memory_limit_bytes, int threads) {
  const Problem working = threaded(problem, threads);
  return step_bytes(working, method, memory_limit_bytes, threads);
}

CellRecord train(const Problem& problem, Method& method, const TrainOptions& options, const Observer& observer,
                 CellRecord record) {
  const Problem working = threaded(problem, options.threads);
  return Training(working, method, options, observer, std::move(record)).run();
}

}  // namespace physgrad
