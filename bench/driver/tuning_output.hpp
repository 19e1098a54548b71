#pragma once
// What a search over settings leaves behind: its config file and a table of what was found.
#include <string>
#include <vector>

#include "physgrad/study/tuning.hpp"
#include "verbs.hpp"

namespace physgrad::driver {

/// The config file, to be written after every pair, so that an interrupt loses nothing; a search that found nothing
/// leaves no file. Throws WriteError, after a table of what was found.
void save_tuning(const Plan& plan, long trials, const std::vector<TunedPair>& pairs, const std::string& path,
                 const std::vector<std::string>& command);

/// Prints what was found, says what was not, and returns the exit code.
[[nodiscard]] int conclude_tuning(const std::vector<TunedPair>& pairs, const std::string& path, const Call& call);

}  // namespace physgrad::driver
