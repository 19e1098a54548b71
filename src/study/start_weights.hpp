#pragma once
// Weights of a file as what something starts from.
#include <string>
#include <vector>

#include "physgrad/catalogue/pair.hpp"
#include "physgrad/record/weights.hpp"

namespace physgrad {

/// The settings that the weights were trained with, for a pair of their problem and `method`: the problem's, and the
/// method's where it is theirs. They are weaker than any that somebody gives.
[[nodiscard]] std::vector<SettingOverride> weights_settings(const Catalogue& catalogue, const Weights& weights,
                                                            const std::string& method);

/// theta, for the network of this pair. Throws UsageError naming `source` where the network is another one: what the
/// weights are of, and what was expected.
[[nodiscard]] Vector start_weights(const Weights& weights, const ResolvedPair& pair, const std::string& source);

}  // namespace physgrad
