#pragma once
// Which problems and methods a request means, by their names in the catalogue.
#include <string>
#include <vector>

#include "physgrad/study/sweeps.hpp"

namespace physgrad {

/// Those of the default suite, of those that the catalogue has.
[[nodiscard]] std::vector<std::string> default_problems(const Catalogue& catalogue);
[[nodiscard]] std::vector<std::string> default_methods(const Catalogue& catalogue);

/// Names from names, patterns and "all"; `otherwise` where nothing is asked for. Throws UsageError.
[[nodiscard]] std::vector<std::string> choose_problems(const Catalogue& catalogue,
                                                       const std::vector<std::string>& asked,
                                                       const std::vector<std::string>& otherwise);
/// The same of methods, compositions in their canonical form; none where nothing is asked for.
[[nodiscard]] std::vector<std::string> choose_methods(const Catalogue& catalogue,
                                                      const std::vector<std::string>& asked);

/// Gives the plan its problems, methods and profile, with a profile of published set-ups its budgets and settings too,
/// and says which methods run on which problem. Throws UsageError.
[[nodiscard]] Pairs choose_pairs(const RunRequest& request, Plan& plan);

}  // namespace physgrad
