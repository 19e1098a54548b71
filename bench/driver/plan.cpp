#include "plan.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <ctime>
#include <sstream>

#include "cell_identity.hpp"
#include "report/files.hpp"
#include "report/json.hpp"

namespace physgrad::driver {
namespace {

constexpr std::size_t kMostSeeds = 10000;
constexpr double kMostCells = 100000;  // a plan is a list in memory, and all its settings are tried before it begins

std::vector<std::uint64_t> parse_seeds(const std::string& text) {
  std::vector<std::uint64_t> seeds;
  const auto wrong = [&] {
    return UsageError(
        fmt::format("--seeds cannot be '{}'; expected how many (3) or a list (0,1,5), at most {}", text, kMostSeeds));
  };
  for (std::size_t at = 0; at < text.size();) {
    std::uint64_t seed = 0;
    const std::size_t end = std::min(text.find(',', at), text.size());
    const auto result = std::from_chars(text.data() + at, text.data() + end, seed);
    if (result.ec != std::errc{} || result.ptr != text.data() + end) throw wrong();
    if (std::ranges::find(seeds, seed) != seeds.end()) throw UsageError(fmt::format("--seeds names {} twice", seed));
    seeds.push_back(seed);
    at = end + 1;
    if (seeds.size() > kMostSeeds) throw wrong();
  }
  if (seeds.empty()) throw wrong();
  if (text.find(',') != std::string::npos) return seeds;
  const std::uint64_t count = seeds.front();
  if (count < 1 || count > kMostSeeds) throw wrong();
  seeds.clear();
  for (std::uint64_t seed = 0; seed < count; ++seed) seeds.push_back(seed);
  return seeds;
}

double parse_bytes(const std::string& text) {
  double number = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string unit(result.ptr, text.data() + text.size());
  const std::string units = "KMG";
  const bool known = unit.empty() || (unit.size() == 1 && units.find(unit) != std::string::npos);
  if (!unit.empty()) number *= std::pow(1024.0, 1.0 + static_cast<double>(units.find(unit)));
  if (result.ec != std::errc{} || !known || !(number > 0) || !std::isfinite(number))
    throw UsageError(fmt::format("--memory-limit cannot be '{}'; expected bytes, with K, M or G, e.g. 4G", text));
  return number;
}

/// Names from a comma-separated list in which a composition's own commas belong to it.
std::vector<std::string> split_methods(const std::vector<std::string>& lists) {
  std::vector<std::string> names;
  for (const std::string& list : lists) {
    bool composition = false;
    std::istringstream text(list);
    for (std::string part; std::getline(text, part, ',');) {
      if (part.empty())
        throw UsageError(
            fmt::format("--method '{}' has an empty name; expected names separated by single commas", list));
      if (part.find(':') == std::string::npos && composition && part.find('=') != std::string::npos) {
        names.back() += "," + part;
        continue;
      }
      composition = part.starts_with("compose:");
      names.push_back(part);
    }
  }
  return names;
}

std::vector<std::string> choose(const std::vector<std::string>& asked, const std::vector<std::string>& all,
                                const std::vector<std::string>& otherwise, const char* what) {
  if (asked.empty()) return otherwise;
  std::vector<std::string> names;
  for (const std::string& name : asked) {
    if (name == "all") return all;
    if (std::ranges::find(all, name) == all.end()) throw UsageError(unknown_name_message(what, name, all));
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  return names;
}

double positive(const char* option, double value) {
  if (!(value > 0) || !std::isfinite(value))
    throw UsageError(fmt::format("{} cannot be {}; expected a number above 0", option, value));
  return value;
}

Limits make_limits(const RunRequest& request) {
  Limits limits;
  if (request.budget) limits.budget_seconds = positive("--budget", *request.budget);
  if (request.steps) limits.steps = positive("--steps", static_cast<double>(*request.steps));
  if (request.timeout) limits.timeout_seconds = positive("--timeout", *request.timeout);
  limits.memory_bytes = parse_bytes(request.memory_limit.empty() ? "4G" : request.memory_limit);
  limits.target_stop = request.target_stop;
  if (request.jobs < 1 || request.jobs > 256)
    throw UsageError(fmt::format("--jobs cannot be {}; expected 1 to 256", request.jobs));
  limits.settings = request.sets;
  return limits;
}

/// A list of methods, compositions in their canonical form.
std::vector<std::string> choose_methods(const std::vector<std::string>& asked) {
  std::vector<std::string> names;
  for (const std::string& name : split_methods(asked)) {
    if (name == "all") return method_names();
    const std::string known = method_name(name);
    if (std::ranges::find(names, known) == names.end()) names.push_back(known);
  }
  if (names.empty() && !asked.empty()) throw UsageError(unknown_name_message("method", "", method_names()));
  return names;
}

const std::vector<std::string> kProfiles = {"quick", "standard", "paper"};
const std::vector<std::string> kQuickProblems = {"heat", "burgers", "coupled-oscillators", "two-body"};
const std::vector<std::string> kQuickMethods = {"dp-adam", "pg", "gn", "hig"};

std::vector<std::string> published_problems() {
  std::vector<std::string> names;
  for (const std::string& name : problem_names())
    if (problem_facts(name).paper) names.push_back(name);
  return names;
}

/// Which methods run on which problem.
using Pairs = std::vector<std::pair<std::string, std::vector<std::string>>>;

/// Adds the published settings to the plan's overrides.
Pairs published_pairs(const std::vector<std::string>& problems, const std::vector<std::string>& methods, Plan& plan) {
  Pairs pairs;
  for (const std::string& problem : problems) {
    const auto paper = problem_facts(problem).paper;
    if (!paper)
      throw UsageError(fmt::format("problem '{}' has no published set-up; those with one: {}", problem,
                                   fmt::join(published_problems(), ", ")));
    std::vector<std::string> chosen, published;
    for (const auto& [method, settings] : paper->methods) {
      published.push_back(method);
      if (methods.empty() || std::ranges::find(methods, method) != methods.end()) chosen.push_back(method);
    }
    if (chosen.empty())
      throw UsageError(fmt::format("problem '{}' has no published settings for {}; it has them for {}", problem,
                                   fmt::join(methods, ", "), fmt::join(published, ", ")));
    plan.budgets[problem] = paper->budget_seconds;
    for (const SettingOverride& preset : published_overrides(problem))
      if (preset.method.empty() || std::ranges::find(chosen, preset.method) != chosen.end())
        plan.overrides.push_back(preset);
    pairs.emplace_back(problem, chosen);
  }
  return pairs;
}

struct Sweep {
  std::string key;  ///< with its scopes, as given
  std::vector<std::string> values;
};

/// Texts that mean the same, as 1 and 1.0 do.
bool same_value(const std::string& a, const std::string& b) {
  const auto number = [](const std::string& text) {
    double value = std::numeric_limits<double>::quiet_NaN();
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    return result.ptr == text.data() + text.size() ? value : std::numeric_limits<double>::quiet_NaN();
  };
  return a == b || number(a) == number(b);
}

std::vector<Sweep> parse_sweeps(const std::vector<std::string>& texts, const std::vector<SettingOverride>& overrides) {
  std::vector<Sweep> sweeps;
  for (const std::string& text : texts) {
    const SettingOverride change = parse_override(text);
    Sweep sweep{text.substr(0, text.find('=')), {}};
    std::istringstream values(std::get<std::string>(change.value));
    for (std::string value; std::getline(values, value, ',');) {
      const auto equal = [&](const std::string& other) { return same_value(value, other); };
      if (value.empty() || value.find_first_of(" \t\n\v\f\r") != std::string::npos ||
          std::ranges::any_of(sweep.values, equal))
        throw UsageError(fmt::format("--sweep '{}' cannot be read; expected KEY=A,B,... with different values", text));
      sweep.values.push_back(value);
    }
    if (sweep.values.empty()) throw UsageError(fmt::format("--sweep '{}' has no values; expected KEY=A,B,...", text));
    const auto same = [&](const SettingOverride& each) { return !each.preset && each.key == change.key; };
    if (std::ranges::any_of(overrides, same))
      throw UsageError(fmt::format("setting '{}' is both set and swept; choose one", change.key));
    for (const Sweep& before : sweeps)
      if (parse_override(before.key + "=0").key == change.key)
        throw UsageError(fmt::format("setting '{}' is swept twice", change.key));
    sweeps.push_back(std::move(sweep));
  }
  return sweeps;
}

void check_size(double cells) {
  if (cells > kMostCells)
    throw UsageError(fmt::format("the run would have {:.0f} cells or more; expected at most {}", cells, kMostCells));
}

/// Every combination of the sweeps' values, as "key=value key=value"; one empty text where there is none.
std::vector<std::string> combinations(const std::vector<Sweep>& sweeps) {
  std::vector<std::string> result = {""};
  for (const Sweep& sweep : sweeps) {
    check_size(static_cast<double>(result.size()) * static_cast<double>(sweep.values.size()));
    std::vector<std::string> longer;
    for (const std::string& start : result)
      for (const std::string& value : sweep.values)
        longer.push_back(fmt::format("{}{}{}={}", start, start.empty() ? "" : " ", sweep.key, value));
    result = std::move(longer);
  }
  return result;
}

std::vector<CellKey> make_cells(const Pairs& pairs, const std::vector<Sweep>& sweeps, const Plan& plan) {
  std::vector<CellKey> cells;
  for (const auto& [problem, methods] : pairs) {
    std::vector<Sweep> own;
    for (const Sweep& sweep : sweeps)
      if (concerns_problem(parse_override(sweep.key + "=" + sweep.values.front()), problem)) own.push_back(sweep);
    for (const std::string& task : combinations(own))
      for (const std::string& method : methods) {
        std::vector<Sweep> of_method;
        for (const Sweep& sweep : sweeps) {
          const SettingOverride change = parse_override(sweep.key + "=" + sweep.values.front());
          if (!concerns_problem(change, problem) && concerns_method(change, problem, method, plan.overrides))
            of_method.push_back(sweep);
        }
        for (const std::string& settings : combinations(of_method))
          cells.push_back({problem, method, 0, task, settings});
        check_size(static_cast<double>(cells.size()) * static_cast<double>(plan.seeds.size()));
      }
  }
  return cells;
}

/// The cells in which every task's methods have moved `places` places in a circle.
std::vector<CellKey> interleaved(std::vector<CellKey> cells, std::size_t places) {
  for (auto first = cells.begin(); first != cells.end();) {
    const auto other = [&](const CellKey& cell) {
      return cell.problem != first->problem || cell.problem_sweep != first->problem_sweep;
    };
    const auto last = std::find_if(first, cells.end(), other);
    std::rotate(first, first + static_cast<std::ptrdiff_t>(places) % (last - first), last);
    first = last;
  }
  return cells;
}

}  // namespace

std::vector<SettingOverride> Plan::overrides_of(const CellKey& cell) const {
  std::vector<SettingOverride> result = overrides;
  std::ranges::move(parse_swept(cell.problem_sweep), std::back_inserter(result));
  std::ranges::move(parse_swept(cell.method_sweep), std::back_inserter(result));
  return result;
}

double Plan::budget_of(const std::string& problem) const {
  if (!std::isnan(limits.budget_seconds)) return limits.budget_seconds;
  if (!std::isnan(limits.steps)) return std::numeric_limits<double>::infinity();
  const auto own = budgets.find(problem);
  return own != budgets.end() ? own->second : problem_facts(problem).budget_seconds;
}

CellLimits Plan::limits_of(const std::string& problem) const {
  return absent_where_infinite(
      {budget_of(problem), limits.steps, limits.timeout_seconds, limits.memory_bytes, limits.target_stop});
}

std::string default_suite_text() {
  return fmt::format("{} x {}", fmt::join(kQuickProblems, ", "), fmt::join(kQuickMethods, ", "));
}

Plan make_plan(const RunRequest& given) {
  RunRequest request = given;
  if (!request.config.empty()) {
    const Json tree = parse_json(read_text_file(request.config), request.config);
    request = with_config(std::move(request), JsonView(tree, request.config));
  }
  if (!request.profile.empty() && std::ranges::find(kProfiles, request.profile) == kProfiles.end())
    throw UsageError(unknown_name_message("profile", request.profile, kProfiles));
  const bool paper = request.profile == "paper", standard = request.profile == "standard";
  Plan plan;
  plan.problems = choose(request.problems, problem_names(),
                         paper      ? published_problems()
                         : standard ? problem_names()
                                    : kQuickProblems,
                         "problem");
  plan.methods = choose_methods(request.methods);
  plan.seeds = parse_seeds(request.seeds.empty() ? "3" : request.seeds);
  plan.tuning = request.tuning;
  for (const std::uint64_t seed : request.tuned_seeds)
    if (std::ranges::find(plan.seeds, seed) != plan.seeds.end())
      throw UsageError(fmt::format("seed {} is one that the settings were tuned on; expected --seeds without {}", seed,
                                   fmt::join(request.tuned_seeds, ", ")));
  const bool whole =
      request.problems.empty() && request.methods.empty() && request.sets.empty() && request.sweeps.empty();
  plan.profile = !request.profile.empty() ? request.profile : whole ? "quick" : "custom";
  Pairs pairs;
  if (paper) {
    pairs = published_pairs(plan.problems, plan.methods, plan);
    plan.methods.clear();
    for (const auto& [problem, methods] : pairs)
      for (const std::string& method : methods)
        if (std::ranges::find(plan.methods, method) == plan.methods.end()) plan.methods.push_back(method);
  } else {
    if (plan.methods.empty()) plan.methods = standard ? method_names() : kQuickMethods;
    for (const std::string& problem : plan.problems) pairs.emplace_back(problem, plan.methods);
  }
  plan.limits = make_limits(request);
  for (const std::string& text : request.sets) plan.overrides.push_back(parse_override(text));
  check_overrides(plan.overrides, plan.problems, plan.methods);
  const std::vector<Sweep> sweeps = parse_sweeps(request.sweeps, plan.overrides);
  std::vector<SettingOverride> swept;
  for (const Sweep& sweep : sweeps) swept.push_back(parse_override(sweep.key + "=" + sweep.values.front()));
  check_overrides(swept, plan.problems, plan.methods);
  for (const std::string& method : plan.methods) {
    for (const SettingOverride& change : plan.overrides)
      if (!change.preset && (change.method.empty() || change.method == method)) check_composition_keeps(method, change);
    for (const SettingOverride& change : swept) check_composition_keeps(method, change);
  }
  const std::vector<CellKey> tasks = make_cells(pairs, sweeps, plan);
  for (const CellKey& cell : tasks)
    plan.identities[cell] =
        identity_under(plan.limits_of(cell.problem), resolve_pair(cell.problem, cell.method, plan.overrides_of(cell)));
  for (std::size_t s = 0; s < plan.seeds.size(); ++s)
    for (CellKey& cell : interleaved(tasks, s)) {
      cell.seed = plan.seeds[s];
      plan.cells.push_back(std::move(cell));
    }
  const std::time_t now = std::time(nullptr);
  plan.directory = request.out.empty() ? fmt::format("results/{:%Y%m%d-%H%M%S}", fmt::localtime(now)) : request.out;
  return plan;
}

}  // namespace physgrad::driver
