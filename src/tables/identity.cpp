#include "physgrad/tables/identity.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace physgrad {
namespace {

/// The settings of methods in reports that do not say whose a setting is. Those reports are written, so that the list
/// is complete for good.
const std::set<std::string>& method_settings_of_old() {
  static const std::set<std::string> names = {
      "accuracy",    "alpha",    "batch",    "beta1",         "beta2",     "bias_rate",    "cap",
      "convention",  "damping",  "epsilon",  "eta",           "frequency", "history",      "kappa",
      "kernel",      "momentum", "nesterov", "physics_kappa", "precision", "proxy",        "rate",
      "physics_tau", "rho",      "rule",     "tau",           "trials",    "weight_decay", "window"};
  return names;
}

bool is_of_problem(const CellRecord& cell, const std::string& key) {
  if (cell.problem_settings.empty() && cell.task_id.empty()) return !method_settings_of_old().contains(key);
  return std::ranges::find(cell.problem_settings, key) != cell.problem_settings.end();
}

Facts settings_of(const CellRecord& cell, bool of_problem) {
  Facts facts;
  for (const auto& [key, value] : cell.used)
    if (is_of_problem(cell, key) == of_problem) facts.emplace_back(key, to_text(value));
  if (of_problem && !cell.data_digest.empty()) facts.emplace_back("data", cell.data_digest.substr(0, 8));
  return facts;
}

double either(double own, double of_report) { return std::isnan(own) ? of_report : own; }

double own_budget(const RunHeader& header, const std::string& problem) {
  for (const ProblemNote& note : header.problems)
    if (note.name == problem) return note.budget_seconds;
  return kAbsent;
}

CellLimits limits_of(const RunHeader& header, const CellRecord& cell) {
  const Limits& all = header.limits;
  CellLimits limits{either(cell.limits.budget_seconds, all.budget_seconds),
                    either(cell.limits.steps, all.steps),
                    either(cell.limits.timeout_seconds, all.timeout_seconds),
                    either(cell.limits.memory_bytes, all.memory_bytes),
                    cell.limits.target_stop || all.target_stop,
                    std::max(cell.limits.threads, all.threads)};
  // A number of steps alone replaces the problem's own budget.
  if (std::isnan(limits.steps))
    limits.budget_seconds = either(limits.budget_seconds, own_budget(header, cell.key.problem));
  return limits;
}

std::string bytes_text(double bytes) {
  constexpr std::pair<const char*, double> units[] = {{"G", 1073741824.0}, {"M", 1048576.0}, {"K", 1024.0}};
  for (const auto& [letter, unit] : units)
    if (bytes >= unit && std::fmod(bytes, unit / 1024) == 0) return fmt::format("{}{}", bytes / unit, letter);
  return fmt::format("{}", bytes);
}

void add_limits(const CellLimits& limits, CellIdentity& identity) {
  const auto bounded = [](double limit) { return std::isfinite(limit); };
  const auto add = [&](const char* name, double limit, const std::string& text) {
    identity.limits.emplace_back(name, bounded(limit) ? text : "none");
  };
  add("steps", limits.steps, fmt::format("{}", limits.steps));
  add("budget", limits.budget_seconds, fmt::format("{} s", limits.budget_seconds));
  add("timeout", limits.timeout_seconds, fmt::format("{} s", limits.timeout_seconds));
  add("memory limit", limits.memory_bytes, bytes_text(limits.memory_bytes));
  identity.limits.emplace_back("target stop", limits.target_stop ? "yes" : "no");
  identity.limits.emplace_back("threads", fmt::format("{}", limits.threads));
  identity.threads = limits.threads;
  identity.budgeted = bounded(limits.budget_seconds);
}

const Environment& machine_of(const RunHeader& header, const CellRecord& cell) {
  const bool listed = cell.machine >= 0 && static_cast<std::size_t>(cell.machine) < header.machines.size();
  return listed ? header.machines[static_cast<std::size_t>(cell.machine)] : header.environment;
}

std::string program_of(const RunHeader& header, const CellRecord& cell) {
  if (!cell.program.empty()) return cell.program;
  const Suite& suite = header.suite;
  if (!suite.program.empty()) return suite.program;
  return suite.dirty ? suite.commit + " modified" : suite.commit;
}

/// What speed depends on. Load, clock rate and installed memory change from run to run of one machine.
void add_clock(const RunHeader& header, const CellRecord& cell, const CellLimits& limits, CellIdentity& identity) {
  const Environment& at = machine_of(header, cell);
  // Those asked for where there were several: how many of them computed depends on what the step had to do.
  const double threads = limits.threads > 1 ? limits.threads : either(cell.time.threads, at.threads);
  identity.clock = {{"cpu", at.cpu},
                    {"program", program_of(header, cell)},
                    {"threads", fmt::format("{}", threads)},
                    {"cores", fmt::format("{}", at.cores)},
                    {"build", at.build_type},
                    {"compiler", at.compiler},
                    {"flags", at.flags},
                    {"simd", at.simd},
                    {"blas core", at.blas_core},
                    {"blas", at.blas}};
  identity.clock_key = text_of(identity.clock);
  identity.machine_key = text_of(identity.clock, {"program"});
}

void add_others(const CellRecord& cell, CellIdentity& identity) {
  std::vector<double> targets;
  for (const TargetRecord& target : cell.targets) targets.push_back(target.loss);
  identity.others = {{"parameters", cell.sizes.parameters == 0 ? "" : fmt::format("{}", cell.sizes.parameters)},
                     {"targets", fmt::format("{}", fmt::join(targets, ","))},
                     identity.clock[1],
                     {"task", cell.task_id.substr(0, 8)},
                     {"setup", cell.setup_id.substr(0, 8)}};
}

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

bool same_limits(const CellLimits& a, const CellLimits& b) {
  return same(a.budget_seconds, b.budget_seconds) && same(a.steps, b.steps) &&
         same(a.timeout_seconds, b.timeout_seconds) && same(a.memory_bytes, b.memory_bytes) &&
         a.target_stop == b.target_stop && a.threads == b.threads;
}

/// Whether identity_of() is the same for both, which have one name.
bool alike(const CellRecord& a, const CellRecord& b) {
  const auto loss = [](const TargetRecord& x, const TargetRecord& y) { return same(x.loss, y.loss); };
  return a.task_id == b.task_id && a.setup_id == b.setup_id && a.machine == b.machine && a.program == b.program &&
         a.data_digest == b.data_digest && a.sizes.parameters == b.sizes.parameters &&
         same(a.time.threads, b.time.threads) && same_limits(a.limits, b.limits) &&
         std::ranges::equal(a.targets, b.targets, loss) && a.problem_settings == b.problem_settings && a.used == b.used;
}

}  // namespace

std::shared_ptr<const CellIdentity> Identities::of(const CellRecord& cell) {
  CellKey name = cell.key;
  name.seed = 0;
  Last& last = last_[name];
  if (last.cell == nullptr || !alike(*last.cell, cell))
    last.identity = std::make_shared<const CellIdentity>(identity_of(header_, cell));
  last.cell = &cell;
  return last.identity;
}

Facts problem_facts(const CellRecord& cell) { return settings_of(cell, true); }

CellIdentity identity_of(const RunHeader& header, const CellRecord& cell) {
  CellIdentity identity;
  identity.problem = settings_of(cell, true);
  identity.method = settings_of(cell, false);
  const CellLimits limits = limits_of(header, cell);
  add_limits(limits, identity);
  add_clock(header, cell, limits, identity);
  add_others(cell, identity);
  identity.known = !cell.task_id.empty() || !cell.used.empty();
  // The process of a cell does not know its time-out.
  identity.task = cell.task_id.empty() ? text_of(identity.problem) + "|" + text_of(identity.limits)
                                       : fmt::format("{}|{}", cell.task_id, limits.timeout_seconds);
  identity.setup = cell.setup_id.empty() ? text_of(identity.method) : cell.setup_id;
  return identity;
}

Facts task_facts(const CellIdentity& identity) {
  Facts facts = identity.problem;
  const bool taken = std::ranges::find(facts, "steps", &Facts::value_type::first) != facts.end();
  for (const auto& [name, value] : identity.limits)
    facts.emplace_back(taken && name == "steps" ? "training steps" : name, value);
  return facts;
}

std::string use_key(const CellIdentity& identity) {
  return text_of(identity.problem, {"instance", "network", "fresh"}) + "|" + identity.clock_key;
}

std::string text_of(const Facts& facts, const std::set<std::string>& but) {
  std::string text;
  for (const auto& [name, value] : facts)  // lengths in front, so that no two have one text
    if (!but.contains(name)) text += fmt::format("{}:{}={}:{};", name.size(), name, value.size(), value);
  return text;
}

std::string label_of(const Facts& facts) {
  std::string label;
  for (const auto& [name, value] : facts) label += fmt::format("{}{}={}", label.empty() ? "" : " ", name, value);
  return label;
}

std::vector<Facts> differences(const std::vector<Facts>& all) {
  std::vector<std::string> everywhere, somewhere;
  std::set<std::string> seen;
  const auto value_in = [](const Facts& facts, const std::string& name) {
    const auto found = std::ranges::find(facts, name, &Facts::value_type::first);
    return found == facts.end() ? nullptr : &found->second;
  };
  for (const Facts& facts : all)
    for (const auto& [name, value] : facts) {
      if (!seen.insert(name).second) continue;
      bool lacking = false, differing = false;
      for (const Facts& other : all) {
        const std::string* found = value_in(other, name);
        lacking |= found == nullptr;
        differing |= found != nullptr && *found != value;
      }
      if (lacking)
        somewhere.push_back(name);
      else if (differing)
        everywhere.push_back(name);
    }
  std::vector<Facts> result;
  for (const Facts& facts : all) {
    Facts& own = result.emplace_back();
    for (const std::string& name : everywhere.empty() ? somewhere : everywhere)
      if (const std::string* value = value_in(facts, name)) own.emplace_back(name, *value);
  }
  return result;
}

}  // namespace physgrad
