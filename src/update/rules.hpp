#pragma once
// The rules as types. Use them through make_rule().
#include <utility>
#include <vector>

#include "physgrad/update/rule.hpp"

namespace physgrad {

/// -rate g.
class Sgd final : public Rule {
 public:
  explicit Sgd(double rate) : rate_(rate) {}
  void update(const Vector& gradient, const Parameters& at, Vector& out) override;
  [[nodiscard]] double bytes(Index parameters) const override { return 16.0 * static_cast<double>(parameters); }

 private:
  double rate_;
};

/// Heavy-ball momentum b <- mu b + g; with Nesterov the step looks ahead to g + mu b.
class Momentum final : public Rule {
 public:
  Momentum(double rate, double momentum, bool nesterov) : rate_(rate), momentum_(momentum), nesterov_(nesterov) {}
  void update(const Vector& gradient, const Parameters& at, Vector& out) override;
  [[nodiscard]] double bytes(Index parameters) const override { return 24.0 * static_cast<double>(parameters); }

 private:
  double rate_, momentum_;
  bool nesterov_;
  Vector buffer_;
};

/// Adam (Kingma & Ba 2015): epsilon is added to the root of the bias-corrected second moment. With a weight decay it is
/// AdamW (Loshchilov & Hutter 2019): theta shrinks by rate * decay before the step.
class Adam final : public Rule {
 public:
  struct Constants {
    double rate, beta1, beta2, epsilon, weight_decay;
  };
  explicit Adam(const Constants& constants) : c_(constants) {}
  void update(const Vector& gradient, const Parameters& at, Vector& out) override;
  [[nodiscard]] double bytes(Index parameters) const override { return 32.0 * static_cast<double>(parameters); }

 private:
  Constants c_;
  double step_ = 0;
  Vector first_, second_;
};

/// Adagrad (Duchi, Hazan, Singer 2011): g over the root of the sum of squares so far.
class Adagrad final : public Rule {
 public:
  Adagrad(double rate, double epsilon) : rate_(rate), epsilon_(epsilon) {}
  void update(const Vector& gradient, const Parameters& at, Vector& out) override;
  [[nodiscard]] double bytes(Index parameters) const override { return 24.0 * static_cast<double>(parameters); }

 private:
  double rate_, epsilon_;
  Vector sum_;
};

/// Adadelta (Zeiler 2012): steps scaled by the root mean square of steps over that of gradients.
class Adadelta final : public Rule {
 public:
  Adadelta(double rate, double rho, double epsilon) : rate_(rate), rho_(rho), epsilon_(epsilon) {}
  void update(const Vector& gradient, const Parameters& at, Vector& out) override;
  [[nodiscard]] double bytes(Index parameters) const override { return 32.0 * static_cast<double>(parameters); }

 private:
  double rate_, rho_, epsilon_;
  Vector square_, delta_;
};

/// RMSprop (Tieleman & Hinton 2012), not centred: g over the root of a running mean of squares, with momentum on top.
class RmsProp final : public Rule {
 public:
  RmsProp(double rate, double alpha, double epsilon, double momentum)
      : rate_(rate), alpha_(alpha), epsilon_(epsilon), momentum_(momentum) {}
  void update(const Vector& gradient, const Parameters& at, Vector& out) override;
  [[nodiscard]] double bytes(Index parameters) const override { return 32.0 * static_cast<double>(parameters); }

 private:
  double rate_, alpha_, epsilon_, momentum_;
  Vector square_, buffer_;
};

/// Muon (Jordan 2024): the momentum of each layer's weight matrix, made orthogonal by five steps of a quintic
/// Newton-Schulz iteration, times sqrt(max(1, rows / columns)). Biases are no matrices and follow Adam.
class Muon final : public Rule {
 public:
  struct Constants {
    double rate, momentum;
    bool nesterov;
    double weight_decay, bias_rate;
  };
  explicit Muon(const Constants& constants) : c_(constants), biases_({constants.bias_rate, 0.9, 0.999, 1e-8, 0.0}) {}
  void update(const Vector& gradient, const Parameters& at, Vector& out) override;
  [[nodiscard]] double bytes(Index parameters) const override { return 56.0 * static_cast<double>(parameters); }
  [[nodiscard]] double operations(const Parameters& at) const override;
  /// Close to U V^T of matrix = U S V^T: its singular values, over the Frobenius norm, are pushed towards 1 (they end
  /// between 0.68 and 1.13).
  [[nodiscard]] static Matrix orthogonalised(const Matrix& matrix);

 private:
  Constants c_;
  Vector momentum_, bias_step_;
  Adam biases_;
};

/// SOAP (Vyas et al. 2024): Adam in the eigenbasis of Shampoo's two factors of each weight matrix. The basis follows by
/// one power iteration and a QR factorisation every `frequency` steps. The first step only fills the factors. Biases
/// follow Adam with the same constants.
class Soap final : public Rule {
 public:
  struct Constants {
    double rate, beta1, beta2, epsilon, weight_decay;
    long frequency;
  };
  explicit Soap(const Constants& constants)
      : c_(constants), biases_({constants.rate, constants.beta1, constants.beta2, constants.epsilon, 0.0}) {}
  void update(const Vector& gradient, const Parameters& at, Vector& out) override;
  [[nodiscard]] double bytes(Index parameters) const override { return 40.0 * static_cast<double>(parameters); }
  [[nodiscard]] double matrix_bytes(std::span<const Block> blocks) const override;
  [[nodiscard]] double operations(const Parameters& at) const override;

 private:
  struct Layer {
    Matrix left, right, left_basis, right_basis, first, second;
  };
  void refresh_basis(Layer& layer) const;
  [[nodiscard]] Matrix step(Layer& layer, const Matrix& gradient) const;

  Constants c_;
  long step_ = 0;
  std::vector<Layer> layers_;
  Vector bias_step_;
  Adam biases_;
};

/// Full-matrix Adagrad on a window of gradients (GGT; Agarwal et al. 2019): with the last gradients, the older ones
/// faded, as columns of G, the step is -rate ((G G^T)^{1/2} + epsilon)^{-1} g, from the spectrum of the small G^T G.
class FullAdagrad final : public Rule {
 public:
  FullAdagrad(double rate, double beta2, double epsilon, long window)
      : rate_(rate), fade_(beta2), epsilon_(epsilon), window_(window) {}
  void update(const Vector& gradient, const Parameters& at, Vector& out) override;
  [[nodiscard]] double bytes(Index parameters) const override {
    // Beside the gradients the eigenvectors of their products and what the decomposition works in.
    return 8.0 * static_cast<double>(parameters * (window_ + 2) + 5 * window_ * window_);
  }
  [[nodiscard]] double operations(const Parameters& at) const override;

 private:
  double rate_, fade_, epsilon_;
  long window_, seen_ = 0;
  Matrix history_;  // columns in a ring
};

}  // namespace physgrad
