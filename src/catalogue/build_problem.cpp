#include "physgrad/catalogue/build_problem.hpp"

#include <algorithm>

#include "physgrad/catalogue/network_settings.hpp"
#include "physgrad/model/networks.hpp"

namespace physgrad {
namespace {

bool same(const Batch& a, const Batch& b) {
  return a.input == b.input && a.context == b.context && a.target == b.target && a.reference == b.reference;
}

/// True where anything that a training starts from differs between two seeds: data, start weights, and, where samples
/// differ from one another, the order in which batches deal them.
bool seed_matters(const Problem& problem) {
  Rng one(0, "seed"), other(1, "seed");
  if (!same(problem.sample(one, 1), problem.sample(other, 1))) return true;
  const auto random = [](const Block& block) { return block.inputs > 0; };
  if (problem.start.size() == 0 && std::ranges::any_of(problem.network->blocks(), random)) return true;
  if (problem.samples == 1 || problem.fresh) return false;
  const Batch pair = problem.sample(one, 2);
  const auto differs = [](const Matrix& m) { return m.col(0) != m.col(1); };
  return differs(pair.input) || differs(pair.context) || differs(pair.target) || differs(pair.reference);
}

}  // namespace

Problem build_problem(const Catalogue& catalogue, const std::string& name, Settings& settings, bool widths_given) {
  Problem problem = catalogue.problem(name).definition().build(settings);
  const bool has_network = settings.knows("widths");
  problem.name = name;
  problem.instance = has_network && settings.boolean("instance");
  if (has_network && !problem.instance) {
    attach_network(problem, settings, widths_given);
  } else {
    problem.network = no_network(problem.simulator->controls());
  }
  problem.seed_matters = seed_matters(problem);
  if (problem.views.empty()) problem.views = component_views(problem.simulator);
  return problem;
}

}  // namespace physgrad
