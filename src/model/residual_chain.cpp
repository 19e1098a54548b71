#include "physgrad/model/residual_chain.hpp"

namespace physgrad {

bool ResidualChain::adds_its_input(std::size_t l) const {
  return l > 0 && l + 1 < blocks().size() && blocks()[l].inputs == blocks()[l].outputs;
}

SettingMap ResidualChain::description() const {
  SettingMap map = DenseLayers::description();
  map["network"] = std::string("residual");
  return map;
}

}  // namespace physgrad
