#include "physgrad/study/sweeps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <sstream>

#include "physgrad/catalogue/fates.hpp"
#include "physgrad/core/numbers.hpp"

namespace physgrad {
namespace {

constexpr double kMostCells = 100000;  // a plan is a list in memory, and all its settings are tried before it begins

void check_size(double cells) {
  if (cells > kMostCells)
    throw UsageError(fmt::format("the run would have {:.0f} cells or more; expected at most {}", cells, kMostCells));
}

/// Texts that mean the same, as 1 and 1.0 do.
bool same_value(const std::string& a, const std::string& b) {
  const std::optional<double> number = read_number(a);
  return a == b || (number && number == read_number(b));
}

/// A choice of values, and the overrides under it: those of the run, then one of every sweep.
struct Combination {
  std::string text;
  std::vector<SettingOverride> overrides;
};

using Decides = std::function<bool(const std::vector<SettingOverride>&, std::size_t)>;

/// Every combination of the sweeps whose override, at an index from `first` on, decides something.
std::vector<Combination> combinations(const std::vector<Sweep>& sweeps, const Combination& start, std::size_t first,
                                      const Decides& decides) {
  // Which settings exist, and which change anything, depends on these: they are chosen first, rule and search before
  // all.
  const std::vector<std::string> deciding = {"rule",     "search",  "instance", "kernel",     "precision",
                                             "momentum", "damping", "kappa",    "iterations", "schedule"};
  const auto rank = [&](std::size_t i) { return std::ranges::find(deciding, sweeps[i].first.key) - deciding.begin(); };
  std::vector<std::size_t> order(sweeps.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, rank);
  const bool alike = order.empty() || rank(order.front()) == static_cast<std::ptrdiff_t>(deciding.size());
  std::vector<Combination> result = {start};
  for (const std::size_t i : order) {
    std::vector<Combination> longer;
    bool wanted = false;
    for (const Combination& each : result) {
      if (!alike || &each == &result.front()) wanted = decides(each.overrides, first + i);
      if (!wanted) {
        longer.push_back(each);
        continue;
      }
      check_size(static_cast<double>(result.size()) * static_cast<double>(sweeps[i].values.size()));
      for (const std::string& value : sweeps[i].values) {
        Combination next = each;
        next.text += fmt::format("{}{}={}", each.text.empty() ? "" : " ", sweeps[i].key, value);
        next.overrides[first + i].value = value;
        longer.push_back(std::move(next));
      }
    }
    result = std::move(longer);
  }
  return result;
}

Sweep parse_sweep(const Catalogue& catalogue, const std::string& text, Origin origin) {
  const auto [key, list] = split_setting(text);
  Sweep sweep{key, {}, {}};
  std::istringstream values(list);
  for (std::string value; std::getline(values, value, ',');) {
    const auto equal = [&](const std::string& other) { return same_value(value, other); };
    if (value.empty() || value.find_first_of(" \t\n\v\f\r") != std::string::npos ||
        std::ranges::any_of(sweep.values, equal))
      throw UsageError(fmt::format("--sweep '{}' cannot be read; expected KEY=A,B,... with different values", text));
    sweep.values.push_back(value);
  }
  if (list.ends_with(','))
    throw UsageError(fmt::format("--sweep '{}' cannot be read; expected KEY=A,B,... without a comma at the end", text));
  if (sweep.values.empty()) throw UsageError(fmt::format("--sweep '{}' has no values; expected KEY=A,B,...", text));
  sweep.first = parse_override(catalogue, fmt::format("{}={}", key, sweep.values.front()), origin);
  return sweep;
}

}  // namespace

std::vector<Sweep> parse_sweeps(const Catalogue& catalogue, const std::vector<std::string>& texts, Origin origin,
                                const std::vector<SettingOverride>& overrides) {
  std::vector<Sweep> sweeps;
  for (const std::string& text : texts) {
    Sweep sweep = parse_sweep(catalogue, text, origin);
    const std::string& key = sweep.first.key;
    const auto same = [&](const SettingOverride& each) { return each.origin == origin && each.key == key; };
    if (std::ranges::any_of(overrides, same))
      throw UsageError(fmt::format("setting '{}' is both set and swept; choose one", key));
    if (std::ranges::any_of(sweeps, [&](const Sweep& before) { return before.first.key == key; }))
      throw UsageError(fmt::format("setting '{}' is swept twice", key));
    sweeps.push_back(std::move(sweep));
  }
  return sweeps;
}

std::vector<CellKey> swept_cells(const Catalogue& catalogue, const Pairs& pairs, const std::vector<Sweep>& sweeps,
                                 const std::vector<SettingOverride>& overrides, std::size_t seeds) {
  Combination start{"", overrides};
  for (const Sweep& sweep : sweeps) start.overrides.push_back(sweep.first);
  const std::size_t first = overrides.size();
  std::vector<CellKey> cells;
  for (const auto& pair : pairs) {
    const std::string& problem = pair.first;
    const auto decides = [&](const std::vector<SettingOverride>& all, std::size_t i, const std::string& method) {
      return override_fates(catalogue, problem, method, all)[i].kind == Fate::Kind::decides;
    };
    const Decides of_problem = [&](const std::vector<SettingOverride>& all, std::size_t i) {
      return concerns_problem(catalogue, all[i], problem) &&
             std::ranges::any_of(pair.second, [&](const std::string& method) { return decides(all, i, method); });
    };
    for (const Combination& task : combinations(sweeps, start, first, of_problem))
      for (const std::string& method : pair.second) {
        const Decides of_method = [&](const std::vector<SettingOverride>& all, std::size_t i) {
          return !concerns_problem(catalogue, all[i], problem) && decides(all, i, method);
        };
        const Combination rest{"", task.overrides};
        for (const Combination& settings : combinations(sweeps, rest, first, of_method))
          cells.push_back({problem, method, 0, task.text, settings.text});
        check_size(static_cast<double>(cells.size()) * static_cast<double>(seeds));
      }
  }
  return cells;
}

}  // namespace physgrad
