#include "physgrad/update/method.hpp"

namespace physgrad {

double evaluation_bytes(const Problem& problem, Index batch, bool with_derivatives) {
  const Simulator& simulator = *problem.simulator;
  const Network& network = *problem.network;
  // The batch's input, context and target; the network's tape; x, y, g and steps.
  Index numbers = network.input().size() + network.tape_size() + 2 * simulator.controls() + 5 * simulator.outputs();
  // A new batch is drawn when the one before is gone, from as many numbers again and the reference.
  if (problem.fresh)
    numbers += network.input().size() + problem.context + 2 * simulator.controls() + simulator.outputs();
  constexpr double kObjects = 1000;  // what is not an array, and arrays of a handful of numbers
  return 8.0 * static_cast<double>(batch * numbers + problem.samples) + kObjects +
         (with_derivatives ? simulator.linearization_bytes(batch) : 0.0);
}

MethodSizes method_sizes(const Problem& problem, Index batch) {
  const Simulator& simulator = *problem.simulator;
  return {.parameters = problem.network->parameters(),
          .outputs = simulator.outputs(),
          .controls = simulator.controls(),
          .batch = batch,
          .blocks = problem.network->blocks(),
          .factored = problem.network->per_sample(),
          .evaluation_bytes = evaluation_bytes(problem, batch, true),
          .linearization_bytes = simulator.linearization_bytes(batch),
          .adjoints_bytes = simulator.adjoints_bytes(batch),
          .inverse_bytes = problem.inverse ? problem.inverse->work_bytes(batch) : 0.0};
}

}  // namespace physgrad
