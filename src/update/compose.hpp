#pragma once
// From a method's definition to the method: its parts, the settings that they bring, what they need.
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "physgrad/update/method.hpp"
#include "physgrad/update/part.hpp"

namespace physgrad {

/// The places that a composition names, in the order of its canonical text.
[[nodiscard]] const std::vector<std::string>& composition_places();
/// The words that may stand at `place`. Throws UsageError on another place.
[[nodiscard]] std::vector<std::string> composition_words(const PartTable& parts, const std::string& place);
/// Throws UsageError for a word that is not among them, or parts that exclude each other.
void check_composition(const PartTable& parts, const Composition& composition);

/// Place and word of every part, in the order of the canonical text; none where the method's update is its own.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> parts_of(const MethodDefinition& definition);
/// The places, of rule and search, whose word a setting of the same name chooses.
[[nodiscard]] std::vector<std::string> free_places(const MethodDefinition& definition);
/// Whether the definition's other parts go with this word at a free place.
[[nodiscard]] bool may_stand(const PartTable& parts, const MethodDefinition& definition, const std::string& place,
                             const std::string& word);
/// Words by their place; a place that is not among them keeps the composition's own.
using Words = std::map<std::string, std::string>;
/// All settings of a definition with their defaults, when `chosen` stand at its free places. Which settings exist
/// depends on them, so that a setting which would have no effect is unknown.
[[nodiscard]] Settings method_settings(const PartTable& parts, const MethodDefinition& definition,
                                       const Words& chosen = {});
/// What the method needs of a problem, of: gradient, inverse, jacobian, products, newton-step and curvature (the
/// loss's).
[[nodiscard]] std::vector<std::string> method_needs(const PartTable& parts, const MethodDefinition& definition);
[[nodiscard]] std::unique_ptr<Method> make_method(const PartTable& parts, const MethodDefinition& definition,
                                                  const Settings& settings);

}  // namespace physgrad
