#pragma once
// Limited-memory BFGS on batches.
#include <memory>
#include <vector>

#include "physgrad/core/settings.hpp"
#include "physgrad/update/method.hpp"

namespace physgrad {

/// L-BFGS (Nocedal 1980; Nocedal & Wright, algorithm 7.4) with a backtracking line search on the batch's own loss. A
/// pair (s, y) comes from both gradients on the same batch, so that the noise of sampling does not enter the curvature
/// (Schraudolph, Yu, Guenter 2007), and is kept where s.y > 1e-10 |s| |y|. A step without sufficient decrease after
/// `trials` halvings is not taken and empties the memory. Settings: lbfgs_settings().
[[nodiscard]] std::unique_ptr<Method> make_lbfgs(const Settings& settings);
[[nodiscard]] std::vector<SettingSpec> lbfgs_settings();

}  // namespace physgrad
