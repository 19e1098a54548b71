#pragma once
// The config file of `run`, and of whatever else asks for runs in JSON.
#include <string>
#include <vector>

#include "physgrad/files/json.hpp"
#include "physgrad/study/request.hpp"

namespace physgrad {

/// The keys of a config file.
[[nodiscard]] const std::vector<std::string>& config_keys();

/// What a config file says, laid under the options of the command line, which win: an option replaces the file's key,
/// --steps or --budget both of these keys, --set and --sweep every setting that they cover, however it is qualified
/// there. Throws ReadError, for empty lists too.
[[nodiscard]] RunRequest with_config(RunRequest request, const JsonView& config);
/// The same with the file that the request names, which it names no more.
[[nodiscard]] RunRequest with_named_config(RunRequest request);

}  // namespace physgrad
