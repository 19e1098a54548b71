#include "physgrad/catalogue/identity.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "physgrad/catalogue/facts.hpp"
#include "physgrad/catalogue/settled.hpp"
#include "physgrad/core/rng.hpp"

namespace physgrad {
namespace {

// Of the schedule of the curve's points and of what is measured there (train/trainer.cpp): to be raised when they
// change.
constexpr int kEvaluationVersion = 1;

std::string hash_of(const std::string& text) {
  std::uint64_t hash = mix_bits(0, text.size());
  for (const char letter : text) hash = mix_bits(hash, static_cast<unsigned char>(letter));
  return fmt::format("{:016x}", hash);
}

/// Equal numbers have equal texts, -0 and 0 too.
SettingValue canonical(const SettingValue& value) {
  if (const auto* number = std::get_if<double>(&value)) return *number + 0.0;
  if (const auto* list = std::get_if<std::vector<double>>(&value)) {
    std::vector<double> result;
    for (const double each : *list) result.push_back(each + 0.0);
    return result;
  }
  return value;
}

/// Every entry with its length in front, so that no two maps have one text.
std::string text_of(const SettingMap& settings) {
  std::string text;
  for (const auto& [key, value] : settings) {
    const std::string content = to_text(canonical(value));
    text += fmt::format("{}:{}={}:{};", key.size(), key, content.size(), content);
  }
  return text;
}

/// Drops what stands at its historic value: cells were named before it could be set.
void erase_historic(const std::vector<SettingSpec>& specs, SettingMap& settings) {
  std::erase_if(settings, [&](const auto& entry) {
    const auto spec = std::ranges::find(specs, entry.first, &SettingSpec::key);
    return spec != specs.end() && spec->historic == entry.second;
  });
}

}  // namespace

Identity identity_of(const Catalogue& catalogue, const ResolvedPair& pair, const std::string& limits) {
  const Problem& problem = pair.problem;
  std::vector<Index> widths;
  for (const Block& block : problem.network->blocks()) widths.push_back(block.outputs);
  const Settings declared = settled_problem(catalogue, problem.name, {}).settings;
  SettingMap problem_settings = pair.problem_settings, method_settings = pair.method_settings;
  erase_historic(declared.specs(), problem_settings);
  erase_historic(pair.method_specs, method_settings);
  for (const std::string& key : problem.path_settings) problem_settings.erase(key);  // their content counts
  const std::string task =
      fmt::format("evaluation {}|{}|{}|data {}|network {}|targets {}|limits {}", kEvaluationVersion, problem.name,
                  text_of(problem_settings), problem.data_digest, fmt::join(widths, "-"),
                  fmt::join(problem_file(catalogue, problem.name).targets, ","), limits);
  return {hash_of(task), hash_of(fmt::format("{}|{}|{}", task, pair.method_name, text_of(method_settings)))};
}

}  // namespace physgrad
