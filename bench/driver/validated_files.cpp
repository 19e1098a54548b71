#include "validated_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "physgrad/files/files.hpp"
#include "physgrad/files/side_by_side.hpp"
#include "physgrad/schema/validate.hpp"

namespace physgrad::driver {
namespace {

void print_validation(const std::string& file, const Validation& found, bool quiet) {
  for (const Finding& each : found.findings)
    fmt::print("{}\n", one_line(fmt::format("{}: {}{}{}{}", file, each.warning ? "warning: " : "", each.place,
                                            each.place.empty() ? "" : ": ", each.message),
                                UsageError::kLongest));
  const std::size_t kept = found.findings.size(), all = found.problems + found.warnings;
  if (kept < all) fmt::print("{}: and {} more\n", one_line(file), all - kept);
  if (!quiet && found.problems == 0) {
    const bool cells = found.kind == "report" || found.kind == "manifest";
    const std::string part = cells ? "cell" : found.kind == "cell" || found.kind == "tuning" ? "line" : "part";
    fmt::print("{}: valid ({}, {} {}{})\n", one_line(file), found.kind, found.parts, part, found.parts == 1 ? "" : "s");
  }
}

constexpr std::size_t kAtATime = 4096;  ///< files of a run directory whose outcomes wait for their turn

struct Outcome {
  Validation found;
  std::string unreadable;  ///< why; empty: it could be read
};

Outcome outcome_of(Validator& validator, const std::filesystem::path& file, std::size_t most) {
  try {
    return {validator.validate(read_text_file(file), file.string(), most), {}};
  } catch (const ReadError& error) {
    return {{}, error.what()};
  }
}

}  // namespace

int validate_files(const ValidatedFiles& request, const Call& call) {
  int code = 0;
  Validator validator;
  const auto refuse = [&](const std::string& why) {
    call.tell(why);
    code = kUsage;
  };
  const auto report = [&](const std::filesystem::path& file, const Outcome& outcome) {
    if (!outcome.unreadable.empty()) return refuse(outcome.unreadable);
    print_validation(file.string(), outcome.found, request.quiet);
    if (outcome.found.problems > 0) code = std::max(code, kFailure);
  };
  for (const std::string& given : request.files) try {
      const std::vector<std::filesystem::path> files = files_to_validate(given);
      for (std::size_t first = 0; first < files.size(); first += kAtATime) {
        std::vector<Outcome> outcomes(std::min(kAtATime, files.size() - first));
        side_by_side(outcomes.size(),
                     [&](std::size_t i) { outcomes[i] = outcome_of(validator, files[first + i], request.most); });
        for (std::size_t i = 0; i < outcomes.size(); ++i) report(files[first + i], outcomes[i]);
      }
    } catch (const ReadError& error) {
      refuse(error.what());
    }
  return code;
}

}  // namespace physgrad::driver
