#pragma once
// A published claim: a relation between two measured numbers. docs/claims.json holds them; the format of the file is
// described in results/README.md.
#include <string>

#include "physgrad/record/record.hpp"

namespace physgrad {

/// Where on the curve a number is read: the last point not later than `value` of its unit, or the time to a loss.
struct Moment {
  enum class Unit { end, step, samples, seconds, target };
  Unit unit = Unit::end;
  double value = kAbsent;
};

/// What is compared: the cells of a problem and a method, told apart by settings where a run swept them; or a number.
struct ClaimSide {
  std::string problem, method;
  SettingMap settings;  ///< each has to equal the cell's setting as used
  Moment at;
  double value = kAbsent;  ///< a published number instead of cells
  [[nodiscard]] bool is_number() const { return method.empty(); }
};

/// less: a * factor <= b; greater: a >= factor * b; about: b / factor <= a <= b * factor.
enum class Relation { less, greater, about };

struct Claim {
  std::string id, source, statement, explanation;
  std::string pro_of, con_of;                        ///< the family whose advantage or drawback the source names
  std::string run;                                   ///< name of the run whose cells decide
  double steps = kAbsent, budget_seconds = kAbsent;  ///< the limits that this run asks for
  double seeds = kAbsent;                            ///< that it asks for, where it counts them
  double threads = 1;                                ///< of a cell, that it asks for
  std::string metric;
  ClaimSide a, b;
  Relation relation = Relation::less;
  double factor = 1.0;
};

}  // namespace physgrad
