#pragma once
// The types every room shares. Column = sample, everywhere.
#include <Eigen/Core>
#include <cstddef>

#include "physgrad/core/eigen_abi.hpp"

namespace physgrad {

using Eigen::Index;
using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;
using MatrixRef = Eigen::Ref<const Matrix>;
using VectorRef = Eigen::Ref<const Vector>;

/// A batch of B samples. `reference` is the known solution x of each sample where the problem has one, otherwise 0 x B.
struct Batch {
  Matrix input;      ///< network input, [d_in x B]
  Matrix context;    ///< what the simulator needs beside the control, e.g. the start state, [d_c x B]
  Matrix target;     ///< y*, [dy x B]
  Matrix reference;  ///< x*, [dx x B] or [0 x B]

  [[nodiscard]] Index size() const { return target.cols(); }
};

}  // namespace physgrad
