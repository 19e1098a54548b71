#include "physgrad/physics/mechanical_flow.hpp"

#include <stdexcept>
#include <string>

namespace physgrad::flow {

void gather(const Matrix& from, Index group, Pack* rows) {
  const Index first = group * kLanes, last = from.cols() - 1;
  auto* lanes = reinterpret_cast<double*>(rows);
  for (Index i = 0; i < kLanes; ++i) {
    const double* column = from.col(std::min(first + i, last)).data();
    for (Index r = 0; r < from.rows(); ++r) lanes[r * kLanes + i] = column[r];
  }
}

void scatter(const Pack* rows, Index group, Matrix& to) { scatter_columns(rows, group, to.cols(), 1, 0, to); }

void scatter_columns(const Pack* rows, Index group, Index samples, Index stride, Index first, Matrix& to) {
  const Index start = group * kLanes, used = std::min(kLanes, samples - start);
  const auto* lanes = reinterpret_cast<const double*>(rows);
  for (Index i = 0; i < used; ++i) {
    double* column = to.col((start + i) * stride + first).data();
    for (Index r = 0; r < to.rows(); ++r) column[r] = lanes[r * kLanes + i];
  }
}

void require_shape(const char* what, const Matrix& value, Index rows, Index cols) {
  if (value.rows() == rows && value.cols() == cols) return;
  throw std::invalid_argument(std::string(what) + ": expected " + std::to_string(rows) + " x " + std::to_string(cols) +
                              ", got " + std::to_string(value.rows()) + " x " + std::to_string(value.cols()));
}

}  // namespace physgrad::flow
