#include "validated_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "physgrad/files/files.hpp"
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
    const std::string part = cells ? "cell" : found.kind == "cell" ? "line" : "part";
    fmt::print("{}: valid ({}, {} {}{})\n", one_line(file), found.kind, found.parts, part, found.parts == 1 ? "" : "s");
  }
}

}  // namespace

int validate_files(const ValidatedFiles& request, const Call& call) {
  int code = 0;
  Validator validator;
  const auto guarded = [&](const auto& work) {
    try {
      work();
    } catch (const ReadError& error) {
      call.tell(error.what());
      code = kUsage;
    }
  };
  for (const std::string& given : request.files)
    guarded([&] {
      for (const std::filesystem::path& file : files_to_validate(given))
        guarded([&] {
          const Validation found = validator.validate(read_text_file(file), file.string(), request.most);
          print_validation(file.string(), found, request.quiet);
          if (found.problems > 0) code = std::max(code, kFailure);
        });
    });
  return code;
}

}  // namespace physgrad::driver
