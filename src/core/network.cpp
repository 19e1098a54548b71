#include "physgrad/core/network.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace physgrad {

void Tape::factors(const MatrixRef& /*seeds*/, Index /*first*/, Index /*per_sample*/, std::vector<Factor>& /*out*/) {
  throw std::logic_error("a network that couples samples has no factors");
}

Matrix Network::run(const Vector& theta, const Matrix& input) const {
  Matrix x;
  run(theta, input, x);
  return x;
}

std::unique_ptr<Tape> Network::record(const Vector& theta, const Matrix& input) const {
  std::unique_ptr<Tape> tape;
  record(theta, input, tape);
  return tape;
}

void Network::check_shapes(const Vector& theta, const Matrix& input) const {
  if (theta.size() != parameters())
    throw std::invalid_argument(fmt::format("theta has {} entries, expected {}", theta.size(), parameters()));
  const Index rows = this->input().size();
  if (input.rows() != rows)
    throw std::invalid_argument(fmt::format("input has {} rows, expected {}", input.rows(), rows));
}

}  // namespace physgrad
