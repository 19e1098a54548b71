#include "physgrad/core/pattern.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fnmatch.h>

#include <algorithm>
#include <iterator>

#include "physgrad/core/settings.hpp"

namespace physgrad {

bool is_pattern(const std::string& text) { return text.find_first_of("*?[") != std::string::npos; }

bool fits(const std::string& pattern, const std::string& name) {
  return pattern == name || ::fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
}

std::vector<std::string> chosen_names(const std::string& kind, const std::vector<std::string>& patterns,
                                      const std::vector<std::string>& names) {
  if (patterns.empty()) return names;
  for (const std::string& pattern : patterns) {
    if (std::ranges::any_of(names, [&](const std::string& name) { return fits(pattern, name); })) continue;
    throw UsageError(is_pattern(pattern)
                         ? fmt::format("no {} fits '{}'; there are {}", kind, pattern, fmt::join(names, ", "))
                         : unknown_name_message(kind, pattern, names));
  }
  std::vector<std::string> result;
  std::ranges::copy_if(names, std::back_inserter(result), [&](const std::string& name) {
    return std::ranges::any_of(patterns, [&](const std::string& pattern) { return fits(pattern, name); });
  });
  return result;
}

}  // namespace physgrad
