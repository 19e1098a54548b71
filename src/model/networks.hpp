#pragma once
// Networks by the word that problems' files and the setting `network` say.
#include <memory>
#include <string>
#include <vector>

#include "physgrad/core/network.hpp"
#include "physgrad/model/activation.hpp"

namespace physgrad {

[[nodiscard]] std::vector<std::string> network_kinds();
/// Throws UsageError for an unknown kind, and for widths that such a network cannot have.
[[nodiscard]] std::shared_ptr<const Network> make_network(const std::string& kind, std::vector<Index> widths,
                                                          Activation activation);
/// x = theta, the same for every sample: what problems without a network have. [controls] parameters.
[[nodiscard]] std::shared_ptr<const Network> no_network(Index controls);

}  // namespace physgrad
