#pragma once
// Internal to linalg: where a threshold cuts the spectrum of a symmetric tridiagonal matrix, by counts.
#include "physgrad/linalg/tridiagonal.hpp"

namespace physgrad {

/// Where a threshold relative^2 * (largest eigenvalue) cuts the spectrum of T, by Sturm counts. Needs spectral_bound()
/// of order one; everything is subject to an absolute error of a few eps besides.
struct SpectralCut {
  double largest = 0;    ///< the largest eigenvalue, relative error 1e-9
  double threshold = 0;  ///< relative^2 * largest; accurate enough that no eigenvalue lies within its uncertainty
  Index kept = 0;        ///< eigenvalues above the threshold
  double above = 0;  ///< a lower bound of the smallest of them, relative error 1e-9, at least nine tenths of the way
                     ///< from the threshold to it (0 where none)
  double below = 0;  ///< an upper bound of the largest of the others, as close from its side; at least 0
};
[[nodiscard]] SpectralCut cut_spectrum(const Tridiagonal& t, double relative);

}  // namespace physgrad
