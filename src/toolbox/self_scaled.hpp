#pragma once
// Self-scaled quasi-Newton updates of a dense inverse Hessian (Al-Baali, J. Optim. Theory Appl. 1998; as set out for
// physics-informed networks by Urban, Stefanou, Pons, J. Comput. Phys. 2025, arXiv 2405.04230).
#include "physgrad/update/method.hpp"

namespace physgrad {

/// What a step along -alpha H g says of the curvature: s = alpha p the step, y the change of the gradient.
struct SelfScaling {
  double scale = 1;  ///< tau: H is divided by it
  double phi = 1;    ///< of Broyden's class in its inverse form; 1 is BFGS
};

/// The factors of SSBroyden for n weights, from h = y^T H y / y^T s and b = s^T H^-1 s / y^T s = -alpha s^T g / y^T s.
[[nodiscard]] SelfScaling ss_broyden(double h, double b, Index n);
/// Those of SSBFGS: BFGS of H / min(1, 1 / b).
[[nodiscard]] SelfScaling ss_bfgs(double b);

/// H := (H - H y y^T H / y^T H y + phi (y^T H y) v v^T) / tau + s s^T / y^T s, v = s / y^T s - H y / y^T H y.
/// H [n x n], symmetric; needs y^T s > 0 and y^T H y > 0.
void update_inverse_hessian(const Vector& s, const Vector& y, const SelfScaling& scaling, Matrix& h);

/// SSBroyden or SSBFGS as a method.
enum class SelfScaled { broyden, bfgs };
[[nodiscard]] MethodDefinition self_scaled_method(SelfScaled kind);

}  // namespace physgrad
