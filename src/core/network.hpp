#pragma once
// Networks as the rest of the program sees them: f(input; theta), its derivatives, the matrices in theta, and the
// factors that rows of df/dtheta are made of.
#include <memory>
#include <span>
#include <vector>

#include "physgrad/core/rng.hpp"
#include "physgrad/core/settings.hpp"
#include "physgrad/core/types.hpp"

namespace physgrad {

/// What a column of a batch means: `channels` fields of height x width numbers, or a list of `channels` numbers.
struct Shape {
  Index channels = 0, height = 1, width = 1;
  [[nodiscard]] Index size() const { return channels * height * width; }
  bool operator==(const Shape&) const = default;
};

/// One layer's place in theta. `inputs` is 0 where the layer has biases alone, which form no matrix.
struct Block {
  Index inputs, outputs;
  Index weights;   ///< offset of the weights [outputs x inputs, row-major]
  Index biases;    ///< offset of the biases [outputs]
  Index uses = 1;  ///< how often it is applied to a sample: 1 dense, height x width convolution, steps closed loop
};

/// What one block has of rows of a Jacobian: the part of a row is, summed over the uses u of the block, the outer
/// product of a sensitivity and the input of that use, and for the biases the sensitivity itself.
struct Factor {
  Matrix sensitivities;            ///< [outputs x rows*uses]: use u of row r in column r*uses + u
  const Matrix* inputs = nullptr;  ///< [inputs x samples*uses], of the whole batch; the tape's
};

/// f recorded at one (theta, input): values, and whatever its derivatives need. Refers to the network and theta, which
/// must outlive it. Products keep their scratch in it: one thread at a time.
class Tape {
 public:
  virtual ~Tape() = default;
  [[nodiscard]] virtual const Matrix& output() const = 0;  ///< x [dx x B]
  /// The outputs of the hidden layers, [neurons x B] each.
  [[nodiscard]] virtual std::span<const Matrix> hidden() const = 0;
  /// dx = J_f v, v [n] -> [dx x B].
  virtual void jvp(const Vector& v, Matrix& dx) = 0;
  /// J_f^T seed, summed over samples: seed [dx x B] -> gradient [n].
  virtual void vjp(const Matrix& seed, Vector& gradient) = 0;
  /// The factors, one a block, of the rows seed . df/dtheta. Rows are sample-major, `per_sample` a sample; `seeds`
  /// [dx x count] are those of rows first .. first + count - 1, which may begin and end inside of samples. Fills `out`
  /// in the memory of before. Throws std::logic_error where the network couples samples.
  virtual void factors(const MatrixRef& seeds, Index first, Index per_sample, std::vector<Factor>& out);
};

class Network {
 public:
  virtual ~Network() = default;
  [[nodiscard]] virtual Shape input() const = 0;
  [[nodiscard]] virtual Shape output() const = 0;
  [[nodiscard]] virtual Index parameters() const = 0;
  /// Start weights [n].
  [[nodiscard]] virtual Vector initial(Rng& rng) const = 0;
  /// x [dx x B] for input [d_in x B], into `x`. Throws std::invalid_argument on a wrong shape.
  virtual void run(const Vector& theta, const Matrix& input, Matrix& x) const = 0;
  /// f at (theta, input), into the tape of an earlier call on this network (or null), in whose memory it stays.
  virtual void record(const Vector& theta, const Matrix& input, std::unique_ptr<Tape>& tape) const = 0;
  /// Matrices and biases in theta; together they are all of it.
  [[nodiscard]] virtual std::span<const Block> blocks() const = 0;
  /// Numbers that a tape holds for every sample, the scratch of its products included.
  [[nodiscard]] virtual Index tape_size() const = 0;
  /// False where x of a sample depends on the batch's other samples, so that rows have no factors.
  [[nodiscard]] virtual bool per_sample() const { return true; }
  /// What it is, for people: widths, activation and the like.
  [[nodiscard]] virtual SettingMap description() const = 0;

  [[nodiscard]] Matrix run(const Vector& theta, const Matrix& input) const;
  [[nodiscard]] std::unique_ptr<Tape> record(const Vector& theta, const Matrix& input) const;

 protected:
  /// Throws std::invalid_argument with what is expected and what is there.
  void check_shapes(const Vector& theta, const Matrix& input) const;
};

}  // namespace physgrad
