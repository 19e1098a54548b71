#pragma once
// Names chosen by shell patterns: "he*", "dp-*", "[hg]*".
#include <string>
#include <vector>

namespace physgrad {

/// Whether any of *, ? and [ stands in the text.
[[nodiscard]] bool is_pattern(const std::string& text);
/// Whether the shell pattern fits the whole name (POSIX fnmatch).
[[nodiscard]] bool fits(const std::string& pattern, const std::string& name);

/// Of `names` those that one of the patterns fits, in the order of `names`; all of them without patterns. `kind` is
/// what a message calls a name. Throws UsageError for a pattern that fits none.
[[nodiscard]] std::vector<std::string> chosen_names(const std::string& kind, const std::vector<std::string>& patterns,
                                                    const std::vector<std::string>& names);

}  // namespace physgrad
