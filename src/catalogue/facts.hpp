#pragma once
// What the catalogue says about its entries, and which pairs can run.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "physgrad/catalogue/catalogue.hpp"
#include "physgrad/catalogue/problem_file.hpp"

namespace physgrad {

/// A problem as it is by default, with what its .json says beside settings.
struct ProblemFacts {
  std::string name, summary, citation;
  std::string determined;  ///< what of x the state y determines; empty where x has no error
  std::string sources;
  double budget_seconds = 1.8;
  std::vector<double> targets;
  bool has_network = true;
  bool has_inverse = false;
  bool has_newton_step = true;  ///< of its loss
  bool has_curvature = true;    ///< products with it, of its loss
  Index controls = 0, outputs = 0, parameters = 0;
  std::vector<SettingSpec> settings;
  std::optional<PublishedSetup> paper;
};

struct MethodFacts {
  std::string name, summary, citation;
  std::vector<std::string> needs;
  std::vector<SettingSpec> settings;
  std::vector<std::pair<std::string, std::string>> parts;  ///< place and word; none where the update is its own
};

/// All throw UsageError for an unknown name (known ones, nearest). What a problem's .json says, unresolved.
[[nodiscard]] ProblemFile problem_file(const Catalogue& catalogue, const std::string& name);
/// With the sizes of the problem, which is built for them.
[[nodiscard]] ProblemFacts problem_facts(const Catalogue& catalogue, const std::string& name);
[[nodiscard]] MethodFacts method_facts(const Catalogue& catalogue, const std::string& name);
/// The name under which a run knows a method: that of the catalogue, or a composition in its canonical form
/// (catalogue/composition.hpp). Throws for what a composition cannot be, too.
[[nodiscard]] std::string method_name(const Catalogue& catalogue, const std::string& text);

/// Why the pair cannot run, or empty.
[[nodiscard]] std::string skip_reason(const ProblemFacts& problem, const MethodFacts& method);
[[nodiscard]] std::string skip_reason(const Catalogue& catalogue, const std::string& problem,
                                      const std::string& method);

}  // namespace physgrad
