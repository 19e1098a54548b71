#include "claim_runs.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "physgrad/study/config.hpp"
#include "physgrad/study/plan.hpp"
#include "run_suite.hpp"

namespace physgrad::driver {
namespace {

RunRequest request_of(const std::string& name, const Json& config, const std::string& out, bool quiet) {
  RunRequest run = with_config({}, JsonView(config, fmt::format("claims: runs.{}", name)));
  run.out = (std::filesystem::path(out) / name).string();
  run.quiet = quiet;
  run.silent_end = true;  // standard output is for the verdicts
  return run;
}

}  // namespace

int measure_claims(const ClaimsFile& file, const std::string& out, bool quiet, const Call& call) {
  // Everything is planned before anything is measured: what cannot be carried out is said in the first second.
  for (const auto& [name, config] : file.runs) (void)make_plan(call.catalogue, request_of(name, config, out, quiet));
  for (const auto& [name, config] : file.runs)
    if (const int code = run_suite(request_of(name, config, out, quiet), call); code != 0) return code;
  return 0;
}

}  // namespace physgrad::driver
