#pragma once
// Where a tuner may look: the ranges that settings have, for the values and the samples of a pair.
#include <string>
#include <vector>

#include "physgrad/core/settings.hpp"

namespace physgrad {

struct SearchRange {
  std::string key;
  double low, high;
  bool logarithmic;
  std::vector<std::string> words = {};  ///< of a setting with choices: those from number `low` to `high`
  /// The value at `share` in [0, 1] of the range: a word where there are words, whole powers of two for batches, two
  /// digits otherwise, whole where the key counts something.
  [[nodiscard]] SettingValue at(double share) const;
  bool whole = false;  ///< the setting is a whole number
};

/// The ranges for a method's resolved settings: first those around a present value (rates), the batch, then the others
/// in their order. Where an inverse scales the step, rates are searched below 1 and batches, whose cube they cost, in a
/// quarter of their range. Settings without a range keep their values, and so do those that change nothing beside the
/// others (SettingSpec::idle). A range around a value goes `wider` times as far.
[[nodiscard]] std::vector<SearchRange> search_space(const std::vector<SettingSpec>& specs, double samples,
                                                    double wider = 1);

/// The digits of `index` (from 1) in `base`, each times `factor` modulo the base, behind the point, in (0, 1): one
/// coordinate of the Halton sequence (Halton 1960), scrambled where the factor is not 1 (Chi, Mascagni, Warnock 2005).
[[nodiscard]] double radical_inverse(long index, long base, long factor = 1);
/// What trial_point() scrambles a base by. Plain, bases larger than the number of trials run through their axes in one
/// order, and two settings could not be told apart; so scrambled, no two axes correlate by more than 0.23 over 23
/// trials.
[[nodiscard]] long digit_factor(long base);

/// For each range the prime whose radical inverses it takes: that of its key wherever the key occurs, so that methods
/// with the same setting try it at the same places. Settings that no method has together may share one. Throws
/// std::invalid_argument for more than twelve ranges.
[[nodiscard]] std::vector<long> halton_bases(const std::vector<SearchRange>& space);

/// The settings of trial `index`, from 1: one value a range.
[[nodiscard]] SettingMap trial_point(const std::vector<SearchRange>& space, long index);

}  // namespace physgrad
