#pragma once
// A loss of a batch, sample by sample.
#include "physgrad/core/loss.hpp"

namespace physgrad {

/// What every sample has of the loss as a batch of its own: losses [B], and their gradients in y as columns of
/// `gradients` [dy x B]; without the factor 1/B of a mean over a batch of B.
void sample_losses(const Loss& loss, const Matrix& y, const Matrix& target, Vector& losses, Matrix& gradients);

}  // namespace physgrad
