// physgrad-bench validate: files against the JSON Schemas of what this program writes.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

#include "number_options.hpp"
#include "physgrad/schema/schemas.hpp"
#include "validated_files.hpp"
#include "verbs.hpp"

namespace physgrad::driver {
namespace {

struct ValidateRequest {
  ValidatedFiles files;
  std::string schema;
};

std::string schema_names() {
  std::vector<std::string> names;
  for (const auto& [name, text] : embedded_schemas()) names.push_back(name);
  return fmt::format("{}", fmt::join(names, ", "));
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
  verb->add_option("files", request->files.files, "files or run directories");
  verb->add_option("--print-schema", request->schema, fmt::format("print a schema: {}", schema_names()));
  add_whole(*verb, "--most", request->files.most, 1, 1000000,
            "problems, and warnings, that are shown of a file (default 20)");
  verb->add_flag("--quiet", request->files.quiet, "nothing of files that are valid");
  verb->callback([request, &call] {
    if (request->files.files.empty() == request->schema.empty())
      throw UsageError("validate takes files or run directories, or --print-schema NAME");
    if (request->schema.empty())
      call.exit_code = validate_files(request->files, call);
    else
      fmt::print("{}", schema_text(request->schema));
  });
}

}  // namespace physgrad::driver
