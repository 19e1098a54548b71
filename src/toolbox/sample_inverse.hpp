#pragma once
// Partial inverses of each sample's control Jacobian, as a physics step, and what such steps count and hold.
#include <memory>

#include "physgrad/update/physics_step.hpp"

namespace physgrad {

/// dx_i = J_{P,i}^{-kappa} dy_i per sample, singular values up to tau * s_max dropped; kappa = 1 is Gauss-Newton.
[[nodiscard]] std::unique_ptr<PhysicsStep> make_sample_inverse(double kappa, double tau);

/// Counts the decompositions of `samples` control Jacobians.
void count_sample_svds(Evaluation& at, Index samples);
/// Bytes of `count` numbers of each sample.
[[nodiscard]] double batch_bytes(const MethodSizes& sizes, double count);
/// Bytes of samples' decompositions at work.
[[nodiscard]] double sample_svd_bytes(const MethodSizes& sizes);

}  // namespace physgrad
