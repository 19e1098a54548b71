#include "physgrad/study/run_in_progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "physgrad/files/files.hpp"
#include "physgrad/record/cell_lines.hpp"
#include "physgrad/record/curve.hpp"
#include "physgrad/record/report_json.hpp"
#include "physgrad/record/stored_run.hpp"
#include "physgrad/record/weights.hpp"
#include "physgrad/study/interrupts.hpp"
#include "physgrad/study/only.hpp"

namespace physgrad {
namespace {

// Between two writes of report.json: at least these seconds, and at least so many times what the last one took.
constexpr double kBetweenSaves = 5;
constexpr double kShareOfSaves = 200;

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

bool doubtful(const FoundCell& cell) { return cell.record && (!cell.record->timing_valid || cell.record->disturbed); }

}  // namespace

RunInProgress::RunInProgress(const Plan& plan, const RunDirectory& directory, RunHeader header, Environment here,
                             RunWatcher watcher)
    : plan_(plan),
      directory_(directory),
      header_(std::move(header)),
      here_(std::move(here)),
      watcher_(std::move(watcher)),
      cells_(find_cells(plan_, header_, here_, watcher_.tell)),
      looked_after_(cells_.size(), true) {
  save();
}

void RunInProgress::measure_wanted(int jobs, const std::vector<std::string>& only) {
  if (only.empty()) {
    const auto without = std::ranges::count_if(cells_, &FoundCell::lacks_weights);
    if (without > 0) watcher_.tell(fmt::format("{} finished cells are measured again for their weights", without));
    return measure(jobs, [&](std::size_t i) { return !cells_[i].complete(); });
  }
  looked_after_ = chosen_again(only, plan_.cells, cells_);
  measure(jobs, [](std::size_t) { return true; });
}

void RunInProgress::measure_times_again() {
  constexpr int kAttempts = 3;
  const auto left = [&] {
    std::size_t count = 0;
    for (std::size_t i = 0; i < cells_.size(); ++i) count += looked_after_[i] && doubtful(cells_[i]);
    return count;
  };
  for (int attempt = 0; attempt < kAttempts && left() > 0; ++attempt)
    measure(1, [&](std::size_t i) { return doubtful(cells_[i]); });
  if (left() > 0 && interrupted_by() == 0)
    watcher_.tell(fmt::format("warning: {} of {} cells were disturbed {} times; their times are marked", left(),
                              cells_.size(), kAttempts));
}

Report RunInProgress::finish() {
  done_ = true;
  save();
  return report();
}

Report RunInProgress::report() const {
  Report report{header_, {}};
  if (directory_.shared()) report.header.planned = plan_.cells;
  for (const FoundCell& cell : cells_)
    if (cell.record) report.cells.push_back(*cell.record);
  report.finished = done_ && report.cells.size() == cells_.size();
  return report;
}

void RunInProgress::save() {
  if (directory_.shared()) return save_shared();
  const double before = now();
  const Report written = report();
  finished_ = written.finished;
  write_report_file(plan_.directory / "report.json", written);
  saved_at_ = now();
  save_seconds_ = saved_at_ - before;
}

/// Of everybody's cells, by whoever is last: until then they are read from their files.
void RunInProgress::save_shared() {
  if (!done_) return;
  directory_.alone([&] {
    directory_.release_cells();
    if (directory_.others_at_work()) return;
    Report whole = read_stored_cells(plan_.directory);
    finished_ = whole.finished = whole.cells.size() == whole.header.planned.size();
    write_report_file(plan_.directory / "report.json", whole);
  });
}

void RunInProgress::save_rarely() {
  if (directory_.shared()) return;
  if (now() - saved_at_ > std::max(kBetweenSaves, kShareOfSaves * save_seconds_)) save();
}

/// The index of this machine. In a shared directory others may have been added meanwhile, and a report of when all had
/// ended is one no more.
void RunInProgress::find_machine() {
  directory_.alone([&] {
    const fs::path manifest = plan_.directory / "manifest.json";
    std::error_code ignored;
    if (directory_.shared()) header_ = parse_manifest(read_text_file(manifest), manifest.string());
    if (directory_.shared()) fs::remove(plan_.directory / "report.json", ignored);
    machine_ = machine_index(plan_, header_, here_, watcher_.tell);
  });
}

void RunInProgress::measure(int jobs, const Wanted& wanted) {
  std::vector<std::size_t> which;
  for (std::size_t i = 0; i < cells_.size(); ++i)
    if (looked_after_[i] && wanted(i)) which.push_back(i);
  if (!which.empty()) find_machine();
  watcher_.begin(cells_.size(), which.size());
  run_side_by_side(jobs, plan_.limits.threads, which.size(), [&](std::size_t k, const Processors& processors) {
    const std::size_t i = which[k];
    std::optional<CellRecord> record = measure_cell(i, jobs > 1, processors);
    if (!record) return;  // interrupted
    const std::scoped_lock lock(mutex_);
    watcher_.end(i, *record);
    cells_[i] = {std::move(record)};
    save_rarely();
  });
}

/// Runs one cell and writes its file; where there is a finished one, one that replaces it when the cell is at its end.
/// Nothing, and a file without an end, where a signal arrived.
std::optional<CellRecord> RunInProgress::measure_cell(std::size_t index, bool beside, const Processors& processors) {
  const fs::path path = cell_path(plan_, plan_.cells[index]);
  if (!cells_[index].record && !cells_[index].keep_until_replaced) return measure_into(path, index, beside, processors);
  const fs::path temporary = temporary_of(path);
  const auto drop = [&] {
    std::error_code ignored;
    fs::remove(temporary, ignored);
  };
  std::optional<CellRecord> record;
  try {
    record = measure_into(temporary, index, beside, processors);
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

CellSpec RunInProgress::spec_of(std::size_t index) const {
  CellSpec spec = plan_.spec_of(plan_.cells[index]);
  spec.machine = machine_;
  return spec;
}

std::optional<CellRecord> RunInProgress::measure_into(const fs::path& path, std::size_t index, bool beside,
                                                      const Processors& processors) {
  LineFile file(path);
  const CellSpec spec = spec_of(index);
  CellRecord record;
  static_cast<CellSpec&>(record) = spec;
  if (const std::string& reason = plan_.task_of(spec.key).skip_reason; !reason.empty()) {
    record.status = Status::skipped;
    record.reason = reason;
    file.append(run_line(record, here_));
    file.append(end_line(record));
    file.sync();
    return record;
  }
  CellLines lines;
  const CellConditions conditions{.beside = beside, .with_heap = true, .save_weights = plan_.save_weights};
  const CellExit exit = run_cell(spec, conditions, processors, [&](const std::string& line) {
    // Before the end line: a cell that is finished has its weights.
    if (is_weights_line(line)) return write_text_file(weights_path(plan_.directory, spec.key), line + "\n");
    file.append(line);
    lines.add(line, "cell");
    if (lines.points() == 0) return;
    const std::scoped_lock lock(mutex_);
    watcher_.point(index, spec.key, lines.last_point());
  });
  if (exit.interrupted) return std::nullopt;
  if (lines.machine()) record = lines.record();
  if (!lines.finished()) {
    if (!lines.machine()) file.append(run_line(record, here_));  // it ended before it could say who it is
    record.targets = targets_of_curve(record.curve, problem_file(plan_.catalogue, spec.key.problem).targets);
    record.status = exit.timed_out ? Status::timeout : exit.out_of_memory ? Status::out_of_memory : Status::failed;
    record.reason = exit.timed_out ? fmt::format("ended after {} s", spec.limits.timeout_seconds) : exit.failure;
    record.timing_valid = !beside;
    file.append(end_line(record));
  }
  file.sync();
  return record;
}

}  // namespace physgrad
