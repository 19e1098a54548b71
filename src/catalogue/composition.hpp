#pragma once
// Methods composed on the command line: "compose:loss=newton,physics=inverse,network=half-inverse,rule=sgd,rate=1".
#include <string>
#include <vector>

#include "physgrad/update/method.hpp"
#include "physgrad/update/part.hpp"

namespace physgrad {

[[nodiscard]] bool is_composition(const std::string& text);

/// Places that are left out keep the words of Composition's defaults (a joint part at physics or network brings itself
/// to the other); every other key is a setting of the method. Throws UsageError for text without '=', a key twice,
/// unknown words and keys (nearest match), and values out of range.
[[nodiscard]] MethodDefinition parse_composition(const PartTable& parts, const std::string& text);

/// The canonical text: the places in order, the search only where it is not `fixed`, then the given settings by name.
/// Equal for equal compositions.
[[nodiscard]] std::string composition_name(const MethodDefinition& definition);

/// Names from comma-separated lists in which a composition's own commas belong to it. Throws UsageError for an empty
/// one.
[[nodiscard]] std::vector<std::string> split_method_names(const std::vector<std::string>& lists);

}  // namespace physgrad
