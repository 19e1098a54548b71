#pragma once
// The fifth place of a composition: how far theta moves along what the rule delivers, or with which damping.
#include "physgrad/update/evaluation.hpp"
#include "physgrad/update/method.hpp"

namespace physgrad {

/// The updates that a composition's steps and rule have to offer at one evaluation.
class Proposals {
 public:
  virtual ~Proposals() = default;
  /// The update [n] as it is; asked for once an evaluation, because rules remember.
  virtual void propose(Vector& out) = 0;
  /// The update with this damping, where the step has one and the rule remembers nothing; false where there is none in
  /// double precision.
  virtual bool propose(double damping, Vector& out) = 0;
  /// The share of the batch's loss that the linear model says is gone after the last update with a damping.
  [[nodiscard]] virtual double promised_share() const = 0;
  /// True where the loss step wishes no change: no update is better.
  [[nodiscard]] virtual bool nothing_wished() const = 0;
};

class Search {
 public:
  virtual ~Search() = default;
  /// The update [n] that is taken, into `out`, which keeps its memory from call to call; 0 where none is better.
  virtual void choose(Evaluation& at, Proposals& from, Vector& out) = 0;
  /// Bytes that it holds at most at once beyond an evaluation and the update, its trials included.
  [[nodiscard]] virtual double predicted_bytes(const MethodSizes& /*sizes*/) const { return 0; }
};

}  // namespace physgrad
