// The update as the rule delivers it.
#include "physgrad/update/part.hpp"

namespace physgrad::parts {
namespace {

class Fixed final : public Search {
 public:
  void choose(Evaluation& /*at*/, Proposals& from, Vector& out) override { from.propose(out); }
};

}  // namespace

PartDefinition search_fixed() {
  return {.summary = "none: theta moves by what the rule delivers",
          .citation = "Robbins & Monro 1951",
          .make = [](const Settings&) { return std::make_unique<Fixed>(); }};
}

}  // namespace physgrad::parts
