#pragma once
// The study file that a run leaves in its directory: a config with every setting of every task, so that the run can be
// repeated cell for cell whatever the defaults of a later program are.
#include <string>

#include "physgrad/files/json.hpp"
#include "physgrad/study/plan.hpp"

namespace physgrad {

inline constexpr const char* kStudyFile = "study.json";

/// The file's text: what is measured (`resolved`, with the header that says where it was first measured and by what),
/// seeds, and how.
[[nodiscard]] std::string study_text(const Plan& plan, const RunHeader& header);

/// Takes a config's `resolved` into the request. Throws ReadError, where the config says part of it otherwise too.
void read_resolved(const JsonView& config, RunRequest& request);

/// Throws UsageError where the request has a study whose settings are all decided, which `verb` cannot use.
void refuse_resolved(const RunRequest& request, const char* verb);

/// A plan of the study's tasks, of those that --problem and --method choose, with its cells to come. Throws UsageError
/// for options that would change a task, and for tasks that this program would not measure as the study says.
[[nodiscard]] Plan resolved_plan(const Catalogue& catalogue, const RunRequest& request);

/// A request that measures part of an earlier run again and says nothing else takes that run's study file. Throws
/// UsageError where there is no such run or file.
[[nodiscard]] RunRequest with_stored_study(RunRequest request);

}  // namespace physgrad
