#pragma once
// Internal to linalg: where a threshold cuts the spectrum of a symmetric band matrix, by counts.
#include "physgrad/linalg/symmetric_band.hpp"

namespace physgrad {

/// Where a threshold relative^2 * (largest eigenvalue) cuts the spectrum of B. Everything is subject to an absolute
/// error of a few eps besides.
struct SpectralCut {
  double largest = 0;    ///< the largest eigenvalue, relative error 1e-8
  double threshold = 0;  ///< relative^2 * largest; accurate enough that no eigenvalue lies within its uncertainty
  Index kept = 0;        ///< eigenvalues above the threshold
  double above = 0;  ///< a lower bound of the smallest of them, relative error 1e-8, at least nine tenths of the way
                     ///< from the threshold to it (0 where none)
  double below = 0;  ///< an upper bound of the largest of the others, as close from its side; at least 0
  /// False where an eigenvalue lies within round-off of the threshold, as far as counts can tell; `above` is the
  /// threshold then.
  bool decided = true;
};
/// Needs spectral_bound() of order one and a width of 1 or 8.
[[nodiscard]] SpectralCut cut_spectrum(const SymmetricBand& b, double relative);

}  // namespace physgrad
