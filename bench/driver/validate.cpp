// physgrad-bench validate: files against the JSON Schemas of what this program writes.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>

#include "number_options.hpp"
#include "physgrad/schema/schemas.hpp"
#include "physgrad/schema/validate.hpp"
#include "verbs.hpp"

namespace physgrad::driver {
namespace {

struct ValidateRequest {
  std::vector<std::string> files;
  std::string schema;
  std::size_t most = 20;
  bool quiet = false;
};

std::string schema_names() {
  std::vector<std::string> names;
  for (const auto& [name, text] : embedded_schemas()) names.push_back(name);
  return fmt::format("{}", fmt::join(names, ", "));
}

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

/// The exit code: 0 where all is valid, 1 where something is not, 2 where something cannot be read at all.
int validate_files(const ValidateRequest& request, const Call& call) {
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

}  // namespace

void add_validate(CLI::App& app, Call& call) {
  CLI::App* verb = app.add_subcommand("validate", "Check files against the JSON Schemas of what this program writes");
  verb->footer(
      call.help("Reports, manifests, cells' files, what inspect writes and claims are recognised by their keys.\n"
                "Exit code: 0 all valid, 1 something is not, 2 something cannot be read as JSON of such a kind.\n"
                "Examples:\n  physgrad-bench validate results/mine\n"
                "  physgrad-bench validate results/*/report.json --quiet\n"
                "  physgrad-bench validate --print-schema report > report.schema.json"));
  const auto request = std::make_shared<ValidateRequest>();
  verb->add_option("files", request->files, "files or run directories");
  verb->add_option("--print-schema", request->schema, fmt::format("print a schema: {}", schema_names()));
  add_whole(*verb, "--most", request->most, 1, 1000000,
            "problems, and warnings, that are shown of a file (default 20)");
  verb->add_flag("--quiet", request->quiet, "nothing of files that are valid");
  verb->callback([request, &call] {
    if (request->files.empty() == request->schema.empty())
      throw UsageError("validate takes files or run directories, or --print-schema NAME");
    if (request->schema.empty())
      call.exit_code = validate_files(*request, call);
    else
      fmt::print("{}", schema_text(request->schema));
  });
}

}  // namespace physgrad::driver
