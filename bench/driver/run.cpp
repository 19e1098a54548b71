// physgrad-bench run: plans the cells, runs each in a process of its own, and keeps the run directory readable
// throughout.
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ctime>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "cell_identity.hpp"
#include "cell_process.hpp"
#include "continuation.hpp"
#include "number_options.hpp"
#include "physgrad/files/files.hpp"
#include "physgrad/pages/render.hpp"
#include "physgrad/record/cell_lines.hpp"
#include "physgrad/record/report_json.hpp"
#include "physgrad/tables/tables.hpp"
#include "physgrad/train/trainer.hpp"
#include "progress.hpp"
#include "run_directory.hpp"
#include "standard_streams.hpp"
#include "verbs.hpp"
#include "workers.hpp"

namespace physgrad::driver {
namespace {

RunHeader make_header(const Plan& plan, const std::vector<std::string>& command) {
  const BuildFacts build = build_facts();
  RunHeader header;
  header.suite = {build.name, build.version, build.commit, build.dirty, build.program};
  header.environment = describe_environment();
  header.machines = {header.environment};
  header.name = name_of_folder(plan.directory);
  header.profile = plan.profile;
  header.started = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
  header.command = command;
  header.seeds = plan.seeds;
  header.limits = plan.limits;
  header.planned = plan.cells;
  header.tuning = plan.tuning;
  for (const std::string& name : plan.problems) {
    const ProblemFacts facts = problem_facts(name);
    header.problems.push_back({name, facts.summary, facts.citation, facts.budget_seconds, facts.targets});
  }
  for (const std::string& name : plan.methods) {
    const MethodFacts facts = method_facts(name);
    header.methods.push_back({name, facts.summary, facts.citation, facts.needs});
  }
  return header;
}

/// A cell of which its own process said nothing.
CellRecord unheard_cell(const Plan& plan, const CellKey& key, int machine) {
  CellRecord record;
  const CellLimits limits = plan.limits_of(key.problem);
  try {
    record = identified(key, limits, resolve_pair(key.problem, key.method, plan.overrides_of(key)));
  } catch (const std::exception&) {  // a file that a setting names may be gone since the plan was made
    static_cast<CellKey&>(record) = key;
    record.task_id = plan.identity_of(key).task;
    record.setup_id = plan.identity_of(key).setup;
    record.limits = limits;
    record.program = build_facts().program;
  }
  record.machine = machine;
  return record;
}

/// A run directory as it fills, shared by the threads that measure.
class Suite {
 public:
  Suite(const Plan& plan, RunHeader header, Environment here, bool quiet)
      : plan_(plan), header_(std::move(header)), here_(std::move(here)), quiet_(quiet) {
    for (FoundCell& found : find_cells(plan_, header_, here_)) {
      records_.push_back(std::move(found.record));
      keep_until_replaced_.push_back(found.keep_until_replaced);
    }
    save();
  }

  /// Measures what has no record yet, `jobs` cells at a time.
  void measure_missing(int jobs) {
    measure(jobs, [](const std::optional<CellRecord>& record) { return !record; });
  }
  /// Measures alone what ran beside other cells, and what was disturbed; that again, if it stays so.
  void measure_times_again() {
    constexpr int kAttempts = 3;
    const auto doubtful = [](const std::optional<CellRecord>& record) {
      return record && (!record->timing_valid || record->disturbed);
    };
    for (int attempt = 0; attempt < kAttempts && std::ranges::any_of(records_, doubtful); ++attempt)
      measure(1, doubtful);
    if (const auto left = std::ranges::count_if(records_, doubtful); left > 0 && interrupted_by() == 0)
      tell(fmt::format("physgrad-bench: warning: {} of {} cells were disturbed {} times; their times are marked\n",
                       left, records_.size(), kAttempts));
  }
  [[nodiscard]] Report report() const {
    Report report{header_, {}};
    for (const auto& record : records_)
      if (record) report.cells.push_back(*record);
    return report;
  }

 private:
  using Wanted = std::function<bool(const std::optional<CellRecord>&)>;

  void save() const { write_text_file(plan_.directory / "report.json", report_text(report())); }

  void measure(int jobs, const Wanted& wanted) {
    std::vector<std::size_t> which;
    for (std::size_t i = 0; i < records_.size(); ++i)
      if (wanted(records_[i])) which.push_back(i);
    if (!which.empty()) machine_ = machine_index(plan_, header_, here_);
    Progress progress(records_.size(), which.size(), quiet_);
    std::mutex mutex;
    run_side_by_side(jobs, which.size(), [&](std::size_t k, int processor) {
      const std::size_t i = which[k];
      const CellKey& key = plan_.cells[i];
      CellJob job = job_of(plan_, key);
      job.beside = jobs > 1;
      job.processor = processor;
      job.machine = machine_;
      const bool again = records_[i].has_value() || keep_until_replaced_[i];
      std::optional<CellRecord> record = measure_cell(job, again, [&](const CurvePoint& point) {
        const std::scoped_lock lock(mutex);
        progress.point(i, key, point);
      });
      if (!record) return;  // interrupted
      const std::scoped_lock lock(mutex);
      progress.end(i, *record);
      records_[i] = std::move(record);
      save();
    });
  }

  /// Runs one cell and writes its file; `again`: one that replaces the finished file when the cell is at its end.
  /// Nothing, and a file without an end, where a signal arrived.
  [[nodiscard]] std::optional<CellRecord> measure_cell(const CellJob& job, bool again, const Observer& observer) const {
    const fs::path path = cell_path(plan_, job.key);
    if (!again) return measure_into(path, job, observer);
    const fs::path temporary = temporary_of(path);
    const auto drop = [&] {
      std::error_code ignored;
      fs::remove(temporary, ignored);
    };
    std::optional<CellRecord> record;
    try {
      record = measure_into(temporary, job, observer);
    } catch (...) {
      drop();
      throw;
    }
    if (record)
      replace_file(temporary, path);
    else
      drop();
    return record;
  }

  [[nodiscard]] std::optional<CellRecord> measure_into(const fs::path& path, const CellJob& job,
                                                       const Observer& observer) const {
    LineFile file(path);
    CellRecord record;
    if (const std::string reason = skip_reason(job.key.problem, job.key.method); !reason.empty()) {
      record = unheard_cell(plan_, job.key, machine_);
      record.status = Status::skipped;
      record.reason = reason;
      file.append(run_line(record, here_));
      file.append(end_line(record));
      file.sync();
      return record;
    }
    CellLines lines;
    const CellExit exit = run_cell(plan_, job, true, [&](const std::string& line) {
      file.append(line);
      lines.add(line, "cell");
      if (const auto& curve = lines.record().curve; !curve.empty()) observer(curve.back());
    });
    record = lines.record();
    if (exit.interrupted) return std::nullopt;
    if (!lines.finished()) {
      if (!lines.machine()) {  // it ended before it could say who it is
        record = unheard_cell(plan_, job.key, machine_);
        file.append(run_line(record, here_));
      }
      record.targets = targets_of_curve(record.curve, problem_facts(job.key.problem).targets);
      record.status = exit.timed_out ? Status::timeout : exit.out_of_memory ? Status::out_of_memory : Status::failed;
      record.reason = exit.timed_out ? fmt::format("ended after {} s", plan_.limits.timeout_seconds) : exit.failure;
      record.timing_valid = !job.beside;
      file.append(end_line(record));
    }
    file.sync();
    return record;
  }

  const Plan& plan_;
  RunHeader header_;
  Environment here_;
  int machine_ = 0;  ///< where cells are measured now, among the header's
  bool quiet_;
  std::vector<std::optional<CellRecord>> records_;
  std::vector<char> keep_until_replaced_;  ///< beside records_
};

void write_tables(const Plan& plan, const std::vector<LabelledReport>& reports) {
  for (const std::string& kind : table_kinds())
    write_text_file(plan.directory / "tables" / (kind + ".md"),
                    render(make_tables(kind, reports), TableFormat::markdown));
}

/// Tables, the summary and the exit code. `signal` is what ended the run early, or 0.
int conclude(const Plan& plan, const Report& report, bool silent, int signal) {
  const std::vector<LabelledReport> reports = {{report.header.name, report}};
  write_tables(plan, reports);
  const std::string path = (plan.directory / "report.json").string();
  if (!silent) fmt::print("{}\nReport: {}\n", render(make_tables("summary", reports), TableFormat::text), path);
  if (signal != 0) {
    tell(fmt::format("physgrad-bench: interrupted with {} of {} cells done; the same command with --out {} continues\n",
                     report.cells.size(), plan.cells.size(), plan.directory.string()));
    return 128 + signal;
  }
  if (std::ranges::any_of(report.cells, succeeded)) return 0;
  tell(fmt::format("physgrad-bench: no cell succeeded ({} planned); see {}\n", plan.cells.size(), path));
  return kFailure;
}

}  // namespace

int run_suite(const RunRequest& request, const std::vector<std::string>& command) {
  Plan plan = make_plan(request);
  if (request.out.empty()) plan.directory = make_own_folder(plan.directory);
  const RunDirectory directory(plan.directory);
  const RunHeader fresh = make_header(plan, command), header = begin_run(plan, fresh);
  directory.remove_half_written(plan);
  catch_interrupts();
  warn_of_load(request.jobs);
  if (!request.quiet) tell(fmt::format("{} cells into {}\n", plan.cells.size(), plan.directory.string()));
  Suite suite(plan, header, fresh.environment, request.quiet);
  suite.measure_missing(request.jobs);
  if (request.timing) suite.measure_times_again();
  return conclude(plan, suite.report(), request.silent_end, interrupted_by());
}

namespace {

void add_target_stop(CLI::App& verb, std::optional<bool>& stop) {
  CLI::Option* yes = verb.add_flag_callback(
      "--target-stop", [&stop] { stop = true; }, "end a cell at its last target");
  verb.add_flag_callback(
          "--no-target-stop", [&stop] { stop = false; }, "go on there, whatever the config says")
      ->excludes(yes);
}

}  // namespace

void add_run(CLI::App& app, int& exit_code, const std::vector<std::string>& command) {
  CLI::App* verb = app.add_subcommand("run", "Measure problems and methods and print a comparison");
  verb->footer(
      "Without options: " + default_suite_text() +
      " x 3 seeds.\nExamples:\n"
      "  physgrad-bench run --problem heat --method pg,dp-adam --seeds 5 --budget 10\n"
      "  physgrad-bench run --problem all --method hig --steps 100 --set hig.kappa=0.7 --set heat.points=32\n"
      "  physgrad-bench run --problem scaled-fit --method gn,hig --sweep lambda=1,0.1,0.01\n"
      "  physgrad-bench run --problem heat --method compose:loss=newton,physics=inverse,network=half-inverse,rule=sgd\n"
      "  physgrad-bench run --profile paper --problem coupled-oscillators\n"
      "  physgrad-bench run --config mine.json --out results/mine      (again: continues)\n"
      "A setting takes effect in some cell or is refused; the command line beats the file, however a key is qualified\n"
      "there, and --steps or --budget replaces both of the file's. A composition is qualified by its whole name.");
  const auto request = std::make_shared<RunRequest>();
  verb->add_option("--problem", request->problems, "problems, or all")->delimiter(',');
  verb->add_option("--method", request->methods,
                   "methods, or all, or compose:loss=..,physics=..,network=..,rule=..,KEY=VALUE");
  verb->add_option("--profile", request->profile,
                   "quick (default, 2 minutes), standard (the whole catalogue, 45 minutes), paper (published set-ups)");
  verb->add_option("--seeds", request->seeds, "how many (0..N-1) or a list a,b,c (default 3)");
  add_positive(*verb, "--budget", request->budget, "seconds of training per cell (default: each problem's)");
  add_whole(*verb, "--steps", request->steps, 1, kLargestExact, "updates per cell; alone it replaces the budget");
  verb->add_option("--set", request->sets, "KEY=VALUE, PROBLEM.KEY=VALUE, METHOD.KEY=VALUE or PROBLEM.METHOD.KEY=VALUE")
      ->take_all();
  verb->add_option("--sweep", request->sweeps, "KEY=A,B,...: a cell for every value; several sweeps multiply")
      ->take_all();
  verb->add_option("--config", request->config,
                   fmt::format("JSON: {}; options of the command line win", fmt::join(config_keys(), ", ")));
  add_positive(*verb, "--timeout", request->timeout, "wall seconds after which a cell is ended");
  verb->add_option("--memory-limit", request->memory_limit, "skip cells predicted to need more (default 4G)");
  add_whole(*verb, "--jobs", request->jobs, 1, 256,
            "cells side by side, each on a processor of its own; marks their times as not valid (default 1)");
  verb->add_flag("--timing", request->timing,
                 "measure again, alone, what ran beside other cells or did not have its processor (at most 3 times)");
  add_target_stop(*verb, request->target_stop);
  verb->add_option("--out", request->out, "run directory (default results/<time>); an unfinished one is continued");
  verb->add_flag("--quiet", request->quiet, "no progress");
  for (const char* option : {"--problem", "--method", "--profile", "--out", "--config", "--seeds"})
    verb->get_option(option)->check([option](const std::string& text) {
      return text.empty() ? fmt::format("{} cannot be empty", option) : std::string{};
    });
  verb->callback([request, &exit_code, command] { exit_code = run_suite(*request, command); });
}

}  // namespace physgrad::driver
