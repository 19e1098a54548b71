#pragma once
// What work costs where no clock looks: counts that are the same on every machine.

namespace physgrad {

/// Whole numbers, but for the estimate in the last line.
struct Costs {
  double simulations = 0;            ///< samples run through the simulator, linearisations included
  double simulator_jvps = 0;         ///< products J_P v, of one sample and one direction each
  double simulator_vjps = 0;         ///< products J_P^T w, likewise
  double network_passes = 0;         ///< samples run through the network
  double network_jvps = 0;           ///< products J_f v of one sample
  double network_vjps = 0;           ///< products J_f^T w of one sample
  double decompositions = 0;         ///< of matrices that belong to a whole batch
  double sample_decompositions = 0;  ///< of matrices that belong to one sample
  double flops = 0;                  ///< floating-point operations by the formulas of docs/measuring.md

  Costs& operator+=(const Costs& more);
  [[nodiscard]] Costs operator-(const Costs& before) const;
};

/// Operations of the economy-size singular value decomposition of a [rows x cols] matrix, both factors included (Golub
/// & Van Loan 2013, figure 8.6.1: 14 l s^2 + 8 s^3 with the sides s <= l).
[[nodiscard]] double svd_flops(double rows, double cols);

}  // namespace physgrad
