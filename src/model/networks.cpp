#include "physgrad/model/networks.hpp"

#include <utility>

#include "physgrad/model/dense_chain.hpp"
#include "physgrad/model/residual_chain.hpp"

namespace physgrad {

std::vector<std::string> network_kinds() { return {"dense", "residual"}; }

std::shared_ptr<const Network> make_network(const std::string& kind, std::vector<Index> widths, Activation activation) {
  if (kind == "dense") return std::make_shared<DenseChain>(std::move(widths), activation);
  if (kind == "residual") return std::make_shared<ResidualChain>(std::move(widths), activation);
  throw UsageError(unknown_name_message("network", kind, network_kinds()));
}

std::shared_ptr<const Network> no_network(Index controls) {
  return std::make_shared<DenseChain>(std::vector<Index>{0, controls}, Activation::identity);
}

}  // namespace physgrad
