#include "physgrad/core/threaded_simulator.hpp"

#include <stdexcept>
#include <utility>
#include <vector>

#include "physgrad/core/parallel.hpp"

namespace physgrad {
namespace {

// Samples that simulators integrate side by side in the lanes of vector registers, at most.
constexpr Index kTogether = 8;

Matrix columns(const Matrix& all, const Member::Range& range) {
  return all.rows() > 0 ? Matrix(all.middleCols(range.begin, range.end - range.begin))
                        : Matrix(0, range.end - range.begin);
}

// The samples of the piece with this number.
Member::Range piece_of(Index samples, int piece, int pieces) {
  return Member{piece, pieces, nullptr}.share(0, samples, kTogether);
}

/// Calls work(piece, its samples) for every piece that has any.
template <class Work>
void each_piece(Index samples, int pieces, const Work& work) {
  parallel(pieces, [&](const Member& me) {
    for (int piece = me.index; piece < pieces; piece += me.count) {
      const Member::Range range = piece_of(samples, piece, pieces);
      if (range.begin < range.end) work(static_cast<std::size_t>(piece), range);
    }
  });
}

/// The sum over pieces of bytes(samples of the piece).
template <class Bytes>
double pieces_bytes(Index samples, int pieces, const Bytes& bytes) {
  double sum = 0;
  for (int piece = 0; piece < pieces; ++piece) {
    const Member::Range range = piece_of(samples, piece, pieces);
    if (range.begin < range.end) sum += bytes(range.end - range.begin);
  }
  return sum;
}

class ThreadedLinearization final : public Linearization {
 public:
  void linearize(const Simulator& simulator, int threads, const Matrix& x, const Matrix& context) {
    pieces_ = threads;
    parts_.resize(static_cast<std::size_t>(threads));
    state.resize(simulator.outputs(), x.cols());
    each_piece(x.cols(), pieces_, [&](std::size_t piece, const Member::Range& range) {
      simulator.relinearize(columns(x, range), columns(context, range), parts_[piece]);
      state.middleCols(range.begin, range.end - range.begin) = parts_[piece]->state;
    });
  }
  void multiply(const Matrix& v, Matrix& dy) const override {
    dy.resize(state.rows(), v.cols());
    each_piece(v.cols(), pieces_, [&](std::size_t piece, const Member::Range& range) {
      dy.middleCols(range.begin, range.end - range.begin) = parts_[piece]->jvp(columns(v, range));
    });
  }
  void multiply_transposed(const Matrix& w, Matrix& x_bar) const override {
    x_bar.resize(controls_, w.cols());
    each_piece(w.cols(), pieces_, [&](std::size_t piece, const Member::Range& range) {
      x_bar.middleCols(range.begin, range.end - range.begin) = parts_[piece]->vjp(columns(w, range));
    });
  }
  void adjoints(Index dx, Matrix& out) const override {
    const Index dy = state.rows();
    out.resize(dx, dy * state.cols());
    each_piece(state.cols(), pieces_, [&](std::size_t piece, const Member::Range& range) {
      Matrix part;
      parts_[piece]->adjoints(dx, part);
      out.middleCols(range.begin * dy, (range.end - range.begin) * dy) = part;
    });
  }
  void set_controls(Index controls) { controls_ = controls; }

 private:
  int pieces_ = 1;
  Index controls_ = 0;
  std::vector<LinearizationPtr> parts_;
};

class ThreadedSimulator final : public Simulator {
 public:
  ThreadedSimulator(std::shared_ptr<const Simulator> simulator, int threads, double worth_it)
      : simulator_(std::move(simulator)), threads_(threads), worth_it_(worth_it) {}
  [[nodiscard]] Index controls() const override { return simulator_->controls(); }
  [[nodiscard]] Index outputs() const override { return simulator_->outputs(); }
  [[nodiscard]] Matrix run(const Matrix& x, const Matrix& context) const override {
    Matrix y(outputs(), x.cols());
    each_piece(x.cols(), threads_for_batch(x.cols()), [&](std::size_t, const Member::Range& range) {
      y.middleCols(range.begin, range.end - range.begin) = simulator_->run(columns(x, range), columns(context, range));
    });
    return y;
  }
  [[nodiscard]] LinearizationPtr linearize(const Matrix& x, const Matrix& context) const override {
    LinearizationPtr at;
    relinearize(x, context, at);
    return at;
  }
  void relinearize(const Matrix& x, const Matrix& context, LinearizationPtr& at) const override {
    auto* mine = dynamic_cast<ThreadedLinearization*>(at.get());
    if (mine == nullptr) {
      at = std::make_unique<ThreadedLinearization>();
      mine = static_cast<ThreadedLinearization*>(at.get());
    }
    mine->set_controls(controls());
    mine->linearize(*simulator_, threads_for_batch(x.cols()), x, context);
  }
  [[nodiscard]] double operations() const override { return simulator_->operations(); }
  // The states, products and adjoints of the pieces are copied together.
  [[nodiscard]] double adjoints_bytes(Index samples) const override {
    return 8.0 * static_cast<double>(samples * controls() * outputs());
  }
  [[nodiscard]] double linearization_bytes(Index samples) const override {
    return pieces_bytes(samples, threads_, [&](Index piece) { return simulator_->linearization_bytes(piece); }) +
           8.0 * static_cast<double>(samples) * static_cast<double>(2 * controls() + outputs());
  }

 private:
  [[nodiscard]] int threads_for_batch(Index samples) const {
    return static_cast<double>(samples) * operations() < worth_it_ ? 1 : threads_;
  }
  std::shared_ptr<const Simulator> simulator_;
  int threads_;
  double worth_it_;
};

class ThreadedInverse final : public InverseSimulator {
 public:
  /// `numbers` of a sample: y, x and context, and x again, which are copied.
  ThreadedInverse(std::shared_ptr<const InverseSimulator> inverse, int threads, Index numbers)
      : inverse_(std::move(inverse)), threads_(threads), numbers_(numbers) {}
  [[nodiscard]] Matrix invert(const Matrix& y_target, const Matrix& x_near, const Matrix& context,
                              Costs& costs) const override {
    Matrix x(x_near.rows(), y_target.cols());
    std::vector<Costs> parts(static_cast<std::size_t>(threads_));
    each_piece(x.cols(), threads_, [&](std::size_t piece, const Member::Range& range) {
      x.middleCols(range.begin, range.end - range.begin) =
          inverse_->invert(columns(y_target, range), columns(x_near, range), columns(context, range), parts[piece]);
    });
    for (const Costs& part : parts) costs += part;
    return x;
  }
  [[nodiscard]] double work_bytes(Index samples) const override {
    return pieces_bytes(samples, threads_, [&](Index piece) { return inverse_->work_bytes(piece); }) +
           8.0 * static_cast<double>(samples * numbers_);
  }

 private:
  std::shared_ptr<const InverseSimulator> inverse_;
  int threads_;
  Index numbers_;
};

}  // namespace

Problem threaded(Problem problem, int threads, double worth_it) {
  if (threads < 1) throw std::invalid_argument("threaded problem: expected at least 1 thread");
  if (threads == 1) return problem;
  problem.simulator = std::make_shared<ThreadedSimulator>(std::move(problem.simulator), threads, worth_it);
  if (problem.inverse) {
    const Index numbers = 2 * problem.simulator->controls() + problem.simulator->outputs() + problem.context;
    problem.inverse = std::make_shared<ThreadedInverse>(std::move(problem.inverse), threads, numbers);
  }
  return problem;
}

}  // namespace physgrad
