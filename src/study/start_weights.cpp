#include "physgrad/study/start_weights.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "physgrad/catalogue/composition.hpp"
#include "physgrad/update/compose.hpp"

namespace physgrad {
namespace {

std::string network_text(const SettingMap& description, std::size_t weights) {
  std::string text;
  for (const auto& [key, value] : description) text += fmt::format("{} {}, ", key, to_text(value));
  return fmt::format("{}{} weights", text, weights);
}

}  // namespace

std::vector<SettingOverride> weights_settings(const Catalogue& catalogue, const Weights& weights,
                                              const std::string& method) {
  const CellSpec& cell = weights.cell;
  // A composition's name says some of its settings itself.
  SettingMap said;
  if (is_composition(method)) said = parse_composition(catalogue.parts(), method).defaults;
  std::vector<SettingOverride> overrides;
  for (const auto& [key, value] : cell.used) {
    const bool of_problem = contains(cell.problem_settings, key);
    if (of_problem)
      overrides.push_back({cell.key.problem, "", key, value, Origin::published});
    else if (method == cell.key.method && !said.contains(key))
      overrides.push_back({cell.key.problem, method, key, value, Origin::published});
  }
  return overrides;
}

Vector start_weights(const Weights& weights, const ResolvedPair& pair, const std::string& source) {
  const Network& network = *pair.problem.network;
  const auto expected = static_cast<std::size_t>(network.parameters());
  if (network.description() != weights.network || weights.theta.size() != expected)
    throw UsageError(fmt::format("{}: its network is not that of {} here: found {}; expected {}", source,
                                 pair.problem.name, network_text(weights.network, weights.theta.size()),
                                 network_text(network.description(), expected)));
  return Vector::Map(weights.theta.data(), network.parameters());
}

}  // namespace physgrad
