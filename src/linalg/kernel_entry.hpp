#pragma once
// What is known of a kernel of the partial inverse: one entry `physgrad::kernels::NAME_entry`, defined at the end of
// the kernel's file kernels/NAME.cpp, with the reason of each number. The chooser, the predictions and whoever else
// wants to know of a kernel ask the entry; nobody compares names.
#include <algorithm>
#include <limits>

#include "physgrad/linalg/partial_inverse.hpp"

namespace physgrad {

/// A Jacobian as far as predictions depend on it.
struct JacobianSize {
  Index rows;
  Index cols;
  bool structured = false;  ///< its Gram matrix needs no J

  [[nodiscard]] bool wide() const { return rows <= cols; }
  /// The shorter side, which bounds the rank.
  [[nodiscard]] Index rank() const { return std::min(rows, cols); }
  /// The sides and numbers of entries, as predictions want them.
  [[nodiscard]] double small() const { return static_cast<double>(rank()); }
  [[nodiscard]] double large() const { return static_cast<double>(std::max(rows, cols)); }
  [[nodiscard]] double matrix() const { return small() * large(); }
  [[nodiscard]] double square() const { return small() * small(); }
  [[nodiscard]] double cube() const { return square() * small(); }
  [[nodiscard]] double product() const { return square() * large(); }
  /// Entries of J that have to be formed for a Gram matrix: J^T J is formed from J, only J J^T has a structured form.
  [[nodiscard]] double formed() const { return structured && wide() ? 0.0 : matrix(); }
  /// Operations of one triangle of the Gram matrix, where it is formed from J.
  [[nodiscard]] double gram_operations() const { return structured && wide() ? 0.0 : product(); }
};

struct KernelEntry {
  using Run = PartialInverseResult (*)(JacobianOperator&, const Vector&, const PartialInverseOptions&);
  static constexpr Index kNever = std::numeric_limits<Index>::max();

  const char* name;
  int order = 100;  ///< in lists: the reference first, then as documented, then by file
  /// Receives validated arguments with a non-empty Jacobian and a finite g, fills every field that it can and leaves
  /// handing over, and checking where it has not done so itself, to partial_inverse().
  Run run;
  Run run_single = nullptr;  ///< in single precision; null where it works in double precision only

  /// Bytes held at once: J where it is formed, Gram matrix, working copies and the decomposition. What two-level and
  /// krylov need depends on the spectrum; with the others measurements agree within 10 %
  /// (tests/driver/memory_test.cpp).
  double (*bytes)(const JacobianSize&, const PartialInverseOptions&);
  /// Operations beyond those of the operator, to leading order. `iterations`: the dimension of a subspace, where there
  /// is one.
  double (*operations)(const JacobianSize&, Index iterations);

  // Of those that `auto` expects to be accurate enough, that pay for the rank and that fit, the one of the fewest
  // operations answers.
  /// Ranks in [pays_from, pays_below) are its own.
  Index pays_from = kNever;
  Index pays_below = kNever;
  /// Ratio of the sides from which `auto` takes it in single precision, and what that is worth.
  Index single_from_ratio = kNever;
  const char* single_reason = nullptr;
  /// The relative error to be expected; null: as little as double precision allows, whatever accuracy was asked.
  double (*predicted_error)(const PartialInverseOptions&) = nullptr;
  /// Its own estimate says, at a small part of others' price, when the spectrum is kinder than that prediction.
  bool worth_trying = false;

  const char* successor = nullptr;  ///< who takes over when the asked accuracy is missed; null: nobody does better
  const char* safer = nullptr;      ///< who takes over when there is no answer, or one that fails its check

  bool gram = false;              ///< it takes the Gram matrix of the smaller side, squaring the singular values
  Index half_gram_from = kNever;  ///< rank from which it takes that of a wide Jacobian by gram_lower()
  bool singular_values = false;   ///< it computes all of them
  bool any_memory = false;        ///< it lives within any limit, at the price of accuracy

  /// Nothing is more accurate, so that the setting `accuracy` means nothing to it.
  [[nodiscard]] bool exact() const { return predicted_error == nullptr; }
  [[nodiscard]] bool takes_filled_gram(const JacobianSize& size) const {
    return gram && size.wide() && size.rank() < half_gram_from;
  }
  [[nodiscard]] bool takes_half_gram(const JacobianSize& size) const {
    return gram && size.wide() && size.rank() >= half_gram_from;
  }
};

}  // namespace physgrad
