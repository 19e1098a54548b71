#pragma once
// A simulator P maps a control x and a context to a state y, sample by sample.
#include <memory>
#include <utility>

#include "physgrad/core/costs.hpp"
#include "physgrad/core/types.hpp"

namespace physgrad {

/// P linearised at one batch: y and the products with J_P. It owns the trajectory it needs; the simulator stays const.
/// Products are written to the last argument, which is resized where needed and keeps its memory from call to call.
class Linearization {
 public:
  virtual ~Linearization() = default;

  Matrix state;  ///< y [dy x B]

  /// [dx x B] -> J_P v [dy x B], sample by sample.
  virtual void multiply(const Matrix& v, Matrix& dy) const = 0;
  /// [dy x B] -> J_P^T w [dx x B], sample by sample.
  virtual void multiply_transposed(const Matrix& w, Matrix& x_bar) const = 0;
  /// The rows of all per-sample Jacobians as columns, [dx x (dy * B)]: column i*dy + p = J_{P,i}^T e_p. The default
  /// uses whichever of the two products needs fewer passes.
  virtual void adjoints(Index dx, Matrix& out) const;

  [[nodiscard]] Matrix jvp(const Matrix& v) const;
  [[nodiscard]] Matrix vjp(const Matrix& w) const;
};
using LinearizationPtr = std::unique_ptr<Linearization>;

/// A linearization from two functions, jvp(v) and vjp(w), that return matrices.
template <class Jvp, class Vjp>
[[nodiscard]] LinearizationPtr make_linearization(Matrix state, Jvp jvp, Vjp vjp) {
  class FromFunctions final : public Linearization {
   public:
    FromFunctions(Matrix y, Jvp forward, Vjp backward) : jvp_(std::move(forward)), vjp_(std::move(backward)) {
      state = std::move(y);
    }
    void multiply(const Matrix& v, Matrix& dy) const override { dy = jvp_(v); }
    void multiply_transposed(const Matrix& w, Matrix& x_bar) const override { x_bar = vjp_(w); }

   private:
    Jvp jvp_;
    Vjp vjp_;
  };
  return std::make_unique<FromFunctions>(std::move(state), std::move(jvp), std::move(vjp));
}

/// Samples know nothing of each other, and several threads may ask for some of them each at once.
class Simulator {
 public:
  virtual ~Simulator() = default;
  /// Number of controls dx and of outputs dy per sample.
  [[nodiscard]] virtual Index controls() const = 0;
  [[nodiscard]] virtual Index outputs() const = 0;
  /// y = P(x; context): x [dx x B], context [dc x B] -> [dy x B].
  [[nodiscard]] virtual Matrix run(const Matrix& x, const Matrix& context) const = 0;
  [[nodiscard]] virtual LinearizationPtr linearize(const Matrix& x, const Matrix& context) const = 0;
  /// The same in the memory of an earlier linearization by this simulator (or null), where the simulator supports that.
  virtual void relinearize(const Matrix& x, const Matrix& context, LinearizationPtr& at) const {
    at.reset();  // two trajectories at once would be twice the memory
    at = linearize(x, context);
  }
  /// Floating-point operations of one run of one sample, estimated; by default those of a dense linear map.
  [[nodiscard]] virtual double operations() const {
    return 2.0 * static_cast<double>(controls()) * static_cast<double>(outputs());
  }

  /// Bytes that Linearization::adjoints holds beside its result and one product of each kind.
  [[nodiscard]] virtual double adjoints_bytes(Index /*samples*/) const { return 0; }

  /// Bytes of a linearisation of `samples` samples with what it keeps of their trajectories, estimated; by default
  /// those of a map without one.
  [[nodiscard]] virtual double linearization_bytes(Index samples) const {
    return 8.0 * static_cast<double>(samples) * static_cast<double>(controls() + 2 * outputs());
  }
};

/// simulator.run(), counted in `costs`.
[[nodiscard]] Matrix simulate(const Simulator& simulator, const Matrix& x, const Matrix& context, Costs& costs);
/// simulator.relinearize(), counted.
void linearize_counted(const Simulator& simulator, const Matrix& x, const Matrix& context, LinearizationPtr& at,
                       Costs& costs);
/// Counts `products` products of J_P with one sample's direction, or of J_P^T. Twice the operations of a run each.
void count_jvps(const Simulator& simulator, Index products, Costs& costs);
void count_vjps(const Simulator& simulator, Index products, Costs& costs);
/// Counts the products that Linearization::adjoints needs for `samples` samples.
void count_adjoints(const Simulator& simulator, Index samples, Costs& costs);
/// Counts `count` decompositions, of `flops` operations each, of matrices that belong to one sample.
void count_sample_decompositions(Index count, double flops, Costs& costs);

/// A local inverse: which x near x_near gives y_target? Where no such x exists, one that brings y closer. Samples know
/// nothing of each other, and several threads may ask for some of them each at once.
class InverseSimulator {
 public:
  virtual ~InverseSimulator() = default;
  /// y_target [dy x B], x_near [dx x B], context [dc x B] -> x [dx x B]. May return non-finite columns where it fails:
  /// whoever uses it checks. What it asks of a simulator, and decomposes, is counted in `costs`.
  [[nodiscard]] virtual Matrix invert(const Matrix& y_target, const Matrix& x_near, const Matrix& context,
                                      Costs& costs) const = 0;
  /// Bytes that invert() holds at most at once for `samples` samples, its result included and its arguments not.
  [[nodiscard]] virtual double work_bytes(Index samples) const = 0;
};

/// inverse.invert() where nobody counts.
[[nodiscard]] Matrix invert_uncounted(const InverseSimulator& inverse, const Matrix& y_target, const Matrix& x_near,
                                      const Matrix& context);

/// All per-sample Jacobians dy_i/dx_i, side by side: [dy x (dx * B)], sample i in columns i*dx .. (i+1)*dx - 1.
[[nodiscard]] Matrix control_jacobians(const Linearization& at, Index dx);
/// The same at x, linearisation included, counted.
[[nodiscard]] Matrix control_jacobians_at(const Simulator& simulator, const Matrix& x, const Matrix& context,
                                          Costs& costs);

}  // namespace physgrad
