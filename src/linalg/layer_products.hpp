#pragma once
// Internal to linalg: products of a layer's columns of J with blocks of vectors, from its factor.
#include "physgrad/core/network.hpp"
#include "physgrad/core/parallel.hpp"

namespace physgrad {

/// J's columns of a layer [samples*per_sample x inputs*outputs + outputs] as its factor (core/network.hpp).
struct LayerFactor {
  const Block& block;
  Index samples, per_sample;
  const Matrix& inputs;         ///< [inputs x samples*uses]
  const Matrix& sensitivities;  ///< [outputs x samples*per_sample*uses]
};

/// result += J V for the layer's share of J V: V [n x k], result [rows x k], of some of the vectors.
void add_products(const LayerFactor& layer, const Matrix& v, Member::Range vectors, Matrix& result);
/// Writes the layer's rows of J^T W: W [rows x k], result [n x k], likewise.
void put_transposed_products(const LayerFactor& layer, const Matrix& w, Member::Range vectors, Matrix& result);

}  // namespace physgrad
