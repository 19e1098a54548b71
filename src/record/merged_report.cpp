#include "physgrad/record/merged_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "physgrad/measure/machine.hpp"
#include "physgrad/record/cell_json.hpp"
#include "physgrad/record/spec_json.hpp"

namespace physgrad {
namespace {

std::string cell_text(const CellKey& key) {
  std::string text = fmt::format("{} {} seed {}", key.problem, key.method, key.seed);
  for (const std::string& sweep : {key.problem_sweep, key.method_sweep})
    if (!sweep.empty()) text += " " + sweep;
  return text;
}

/// A message that lists the first few.
std::string listed(const std::string& what, const std::vector<std::string>& all) {
  constexpr std::size_t kShown = 4;
  const std::vector<std::string> shown(all.begin(),
                                       all.begin() + static_cast<std::ptrdiff_t>(std::min(kShown, all.size())));
  const std::string more = all.size() > kShown ? fmt::format(" and {} more", all.size() - kShown) : "";
  return fmt::format("{} ({}): {}{}", what, all.size(), fmt::join(shown, "; "), more);
}

/// Appends those of `from` whose name is not there yet.
template <class Item, class Name>
void unite(std::vector<Item>& into, const std::vector<Item>& from, const Name& name) {
  using Key = std::decay_t<decltype(name(from.front()))>;
  std::set<Key> known;
  for (const Item& item : into) known.insert(name(item));
  for (const Item& item : from)
    if (known.insert(name(item)).second) into.push_back(item);
}

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

void check_problems(const RunHeader& merged, const NamedReport& input) {
  for (const ProblemNote& note : input.report.header.problems) {
    const auto known = std::ranges::find(merged.problems, note.name, &ProblemNote::name);
    if (known != merged.problems.end() &&
        (known->targets != note.targets || !same(known->budget_seconds, note.budget_seconds)))
      throw UsageError(fmt::format(
          "'{}' has other targets or another budget for problem '{}' than the inputs before; they are reports of two "
          "benchmarks, which tables show beside one another with several --from",
          input.name, note.name));
  }
}

void check_tuning(const RunHeader& merged, const NamedReport& input) {
  for (const TuningNote& note : input.report.header.tuning)
    for (const TuningNote& known : merged.tuning)
      if (known.problem == note.problem && known.method == note.method &&
          !(same(known.trials, note.trials) && same(known.seconds, note.seconds)))
        throw UsageError(fmt::format("'{}' has settings for {} on {} from another search than the inputs before",
                                     input.name, note.method, note.problem));
}

Limits common_limits(Limits limits, const Limits& other) {
  const auto agree = [](double& mine, double others) {
    if (!same(mine, others)) mine = kAbsent;
  };
  agree(limits.budget_seconds, other.budget_seconds);
  agree(limits.steps, other.steps);
  agree(limits.timeout_seconds, other.timeout_seconds);
  agree(limits.memory_bytes, other.memory_bytes);
  limits.target_stop = limits.target_stop && other.target_stop;
  if (limits.threads != other.threads) limits.threads = 1;
  unite(limits.settings, other.settings, [](const std::string& text) { return text; });
  return limits;
}

void add_header(const NamedReport& input, RunHeader& merged, std::vector<std::string>& notes) {
  const RunHeader& header = input.report.header;
  check_problems(merged, input);
  check_tuning(merged, input);
  if (header.suite.program != merged.suite.program || header.suite.commit != merged.suite.commit)
    notes.push_back(fmt::format("'{}' is of another program ({}, not {}): its times are told apart", input.name,
                                header.suite.program.empty() ? header.suite.commit : header.suite.program,
                                merged.suite.program.empty() ? merged.suite.commit : merged.suite.program));
  if (header.profile != merged.profile) merged.profile = "custom";
  merged.started = std::min(merged.started, header.started);
  merged.limits = common_limits(merged.limits, header.limits);
  unite(merged.seeds, header.seeds, [](std::uint64_t seed) { return seed; });
  if (merged.planned != header.planned)  // shards of a large study all have all of it
    unite(merged.planned, header.planned, [](const CellKey& key) { return key; });
  unite(merged.problems, header.problems, [](const ProblemNote& note) { return note.name; });
  unite(merged.methods, header.methods, [](const MethodNote& note) { return note.name; });
  unite(merged.tuning, header.tuning, [](const TuningNote& note) { return std::pair(note.problem, note.method); });
}

/// For every machine of the input its index among the merged ones.
std::vector<int> add_machines(const RunHeader& header, std::vector<Environment>& merged) {
  std::vector<int> indices;
  for (const Environment& machine : header.machines) {
    const auto known = std::ranges::find_if(merged, [&](const Environment& each) {
      return same_machine(each, machine) && build_differences(each, machine).empty();
    });
    indices.push_back(static_cast<int>(known - merged.begin()));
    if (known == merged.end()) merged.push_back(machine);
  }
  return indices;
}

void check_identified(const NamedReport& input) {
  for (const CellRecord& cell : input.report.cells)
    if (cell.task_id.empty() || cell.setup_id.empty())
      throw UsageError(fmt::format(
          "'{}': the cell {} does not say its task and setup, as in reports of old; tables join such reports with "
          "several --from",
          input.name, cell_text(cell.key)));
}

/// The cells, and what stands in the way of their being one each.
class Cells {
 public:
  explicit Cells(Prefer prefer) : prefer_(prefer) {}

  void add(CellRecord cell, const std::string& input) {
    const auto [place, fresh] = places_.try_emplace(cell.key, Place{cells_.size(), input});
    if (fresh) {
      cells_.push_back(std::move(cell));
      return;
    }
    const CellRecord& known = cells_[place->second.index];
    const std::string where = fmt::format("{} in '{}' and '{}'", cell_text(cell.key), place->second.input, input);
    if (known.setup_id != cell.setup_id || known.task_id != cell.task_id)
      others_.push_back(where);
    else if (dump_json(cell_json(known, true), -1) == dump_json(cell_json(cell, true), -1))
      ++alike_;
    else
      twice_.push_back(where);
  }

  void check() const {
    if (!others_.empty())
      throw UsageError(
          listed("cells of one name but other settings, data or limits; tables show them beside one "
                 "another with several --from",
                 others_));
    if (!twice_.empty() && prefer_ == Prefer::neither)
      throw UsageError(listed("cells that were measured twice; --prefer first or newest chooses", twice_));
  }

  void add_notes(std::vector<std::string>& notes) const {
    if (alike_ > 0) notes.push_back(fmt::format("{} cells are alike in two inputs and taken once", alike_));
    if (!twice_.empty())
      notes.push_back(listed(
          prefer_ == Prefer::first ? "measured twice, the first input's kept" : "measured twice, the newest run's kept",
          twice_));
  }

  /// In the order of the plan.
  [[nodiscard]] std::vector<CellRecord> in_order(const std::vector<CellKey>& planned) {
    std::vector<CellRecord> cells;
    for (const CellKey& key : planned)
      if (const auto place = places_.find(key); place != places_.end())
        cells.push_back(std::move(cells_[place->second.index]));
    return cells;
  }

 private:
  struct Place {
    std::size_t index;
    std::string input;
  };
  Prefer prefer_;
  std::vector<CellRecord> cells_;
  std::map<CellKey, Place> places_;
  std::vector<std::string> others_, twice_;
  std::size_t alike_ = 0;
};

/// The inputs' places, those whose cells win first.
std::vector<std::size_t> by_preference(const std::vector<NamedReport>& inputs, Prefer prefer) {
  std::vector<std::size_t> order(inputs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (prefer == Prefer::newest) {
    std::ranges::reverse(order);  // of runs begun in one second the later input's
    std::ranges::stable_sort(order, std::greater<>(),
                             [&](std::size_t i) -> const std::string& { return inputs[i].report.header.started; });
  }
  return order;
}

}  // namespace

MergedReport merged_report(std::vector<NamedReport> inputs, Prefer prefer) {
  MergedReport merged;
  RunHeader& header = merged.report.header;
  header = inputs.front().report.header;
  header.machines.clear();
  std::vector<std::vector<int>> machines;
  for (const NamedReport& input : inputs) {
    check_identified(input);
    add_header(input, header, merged.notes);
    machines.push_back(add_machines(input.report.header, header.machines));
  }
  header.environment = header.machines.front();
  Cells cells(prefer);
  for (const std::size_t i : by_preference(inputs, prefer))
    for (CellRecord& cell : inputs[i].report.cells) {
      cell.machine = machines[i][static_cast<std::size_t>(cell.machine)];
      cells.add(std::move(cell), inputs[i].name);
    }
  cells.check();
  cells.add_notes(merged.notes);
  merged.report.cells = cells.in_order(header.planned);
  const std::size_t lacking = header.planned.size() - merged.report.cells.size();
  merged.report.finished = lacking == 0;
  if (lacking > 0)
    merged.notes.push_back(fmt::format("{} of {} planned cells have not ended", lacking, header.planned.size()));
  if (header.machines.size() > 1)
    merged.notes.push_back(
        fmt::format("{} machines: times of different ones are not compared", header.machines.size()));
  return merged;
}

}  // namespace physgrad
