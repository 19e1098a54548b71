#include "physgrad/study/effects.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "physgrad/catalogue/facts.hpp"
#include "physgrad/catalogue/fates.hpp"

namespace physgrad {
namespace {

bool covered(const SettingOverride& change, const std::vector<SettingOverride>& by) {
  return std::ranges::any_of(by, [&](const SettingOverride& wide) { return covers(wide, change); });
}

std::vector<SettingOverride> read_sets(const Catalogue& catalogue, const std::vector<std::string>& texts,
                                       Origin origin) {
  std::vector<SettingOverride> overrides;
  for (const std::string& text : texts) {
    overrides.push_back(parse_override(catalogue, text, origin));
    const SettingOverride& last = overrides.back();
    for (std::size_t i = 0; i + 1 < overrides.size(); ++i)
      if (covers(overrides[i], last) && covers(last, overrides[i]))
        throw UsageError(fmt::format("setting '{}' is given twice: '{}' and '{}'", scoped_key(last),
                                     to_text(overrides[i]), to_text(last)));
  }
  return overrides;
}

std::vector<SettingOverride> firsts(const std::vector<Sweep>& sweeps) {
  std::vector<SettingOverride> result;
  for (const Sweep& sweep : sweeps) result.push_back(sweep.first);
  return result;
}

bool decides_in(const Catalogue& catalogue, const SettingOverride& change, const std::vector<SettingOverride>& all,
                const std::string& problem, const std::string& method) {
  const auto same = [&](const SettingOverride& each) {
    return each.origin == change.origin && scoped_key(each) == scoped_key(change);
  };
  const auto at = std::ranges::find_if(all, same) - all.begin();
  return skip_reason(catalogue, problem, method).empty() &&
         override_fates(catalogue, problem, method, all)[static_cast<std::size_t>(at)].kind == Fate::Kind::decides;
}

/// Whether the command line alone is why a file's setting decides nothing.
bool decides_in_file(const SettingOverride& change, const RunRequest& request, const Plan& plan) {
  std::vector<SettingOverride> all = read_sets(plan.catalogue, request.file.sets, Origin::file);
  for (const Sweep& sweep : parse_sweeps(plan.catalogue, request.file.sweeps, Origin::file, {}))
    all.push_back(sweep.first);
  const auto& problems = request.file.problems.empty() ? plan.problems : request.file.problems;
  const auto& methods = request.file.methods.empty() ? plan.methods : request.file.methods;
  for (const std::string& problem : problems)
    for (const std::string& method : methods)
      if (decides_in(plan.catalogue, change, all, problem, method)) return true;
  return false;
}

[[noreturn]] void refuse(const SettingOverride& change, const std::vector<SettingOverride>& all, const Plan& plan) {
  check_override(plan.catalogue, change, plan.problems, plan.methods, all);
  std::string why, weaker;  // what stands in the way in a pair that runs says more than what a pair cannot or has not
  for (const std::string& problem : plan.problems)
    for (const std::string& method : plan.methods) {
      const std::string skipped = skip_reason(plan.catalogue, problem, method);
      const auto fates = override_fates(plan.catalogue, problem, method, all);
      for (std::size_t i = 0; i < all.size(); ++i) {
        if (fates[i].kind == Fate::Kind::elsewhere || to_text(all[i]) != to_text(change)) continue;
        const bool strong = skipped.empty() && fates[i].kind != Fate::Kind::unknown;
        std::string& reason = strong ? why : weaker;
        if (reason.empty()) reason = skipped.empty() ? fates[i].reason : skipped;
      }
    }
  if (why.empty()) why = weaker;
  throw UsageError(fmt::format("setting '{}' has no effect: {}", to_text(change),
                               why.empty() ? "the run has no cell that it concerns" : why));
}

/// Marks what decides a setting of the cell.
void mark(const Catalogue& catalogue, const CellKey& cell, const std::vector<SettingOverride>& overrides,
          std::vector<bool>& effective) {
  std::vector<SettingOverride> all = overrides;
  for (const std::string& sweep : {cell.problem_sweep, cell.method_sweep})
    std::ranges::move(parse_swept(catalogue, sweep), std::back_inserter(all));
  const auto fates = override_fates(catalogue, cell.problem, cell.method, all);
  for (std::size_t i = 0; i < effective.size(); ++i)
    if (fates[i].kind == Fate::Kind::decides) effective[i] = true;
}

bool is_swept(const Sweep& sweep, const CellKey& cell) {
  const auto in = [&](const std::string& text) {
    return (" " + text).find(" " + sweep.key + "=") != std::string::npos;
  };
  return in(cell.problem_sweep) || in(cell.method_sweep);
}

}  // namespace

Given read_given(const Catalogue& catalogue, const RunRequest& request) {
  const std::vector<SettingOverride> sets = read_sets(catalogue, request.sets, Origin::command);
  const std::vector<SettingOverride> file_sets = read_sets(catalogue, request.file.sets, Origin::file);
  Given given{{}, parse_sweeps(catalogue, request.sweeps, Origin::command, sets)};
  std::vector<SettingOverride> strong = firsts(given.sweeps);
  strong.insert(strong.end(), sets.begin(), sets.end());
  for (const SettingOverride& change : file_sets)
    if (!covered(change, strong)) given.overrides.push_back(change);
  given.overrides.insert(given.overrides.end(), sets.begin(), sets.end());
  for (Sweep& sweep : parse_sweeps(catalogue, request.file.sweeps, Origin::file, file_sets))
    if (!covered(sweep.first, strong)) given.sweeps.push_back(std::move(sweep));
  return given;
}

std::vector<SettingOverride> effective_overrides(const Given& given, const RunRequest& request, const Plan& plan,
                                                 const std::vector<CellKey>& cells) {
  std::vector<bool> effective(given.overrides.size(), false), swept(given.sweeps.size(), false);
  std::vector<SettingOverride> all = given.overrides, result;
  all.insert(all.end(), plan.overrides.begin(), plan.overrides.end());
  for (const CellKey& cell : cells) {
    if (!skip_reason(plan.catalogue, cell.problem, cell.method).empty()) continue;
    if (std::ranges::find(effective, false) != effective.end()) mark(plan.catalogue, cell, all, effective);
    for (std::size_t i = 0; i < swept.size(); ++i) swept[i] = swept[i] || is_swept(given.sweeps[i], cell);
  }
  std::ranges::move(firsts(given.sweeps), std::back_inserter(all));
  const auto demand = [&](const SettingOverride& change) {
    if (change.origin == Origin::command || !decides_in_file(change, request, plan)) refuse(change, all, plan);
  };
  for (std::size_t i = 0; i < effective.size(); ++i)
    effective[i] ? result.push_back(given.overrides[i]) : demand(given.overrides[i]);
  for (std::size_t i = 0; i < swept.size(); ++i)
    if (!swept[i]) demand(given.sweeps[i].first);
  return result;
}

}  // namespace physgrad
