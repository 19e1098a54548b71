#include "physgrad/study/run_header.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>

#include "physgrad/catalogue/facts.hpp"
#include "physgrad/measure/environment.hpp"
#include "physgrad/study/run_directory.hpp"
#include "physgrad/study/spec.hpp"

namespace physgrad {

RunHeader run_header(const Plan& plan, const std::vector<std::string>& command) {
  const BuildFacts build = build_facts();
  RunHeader header;
  header.suite = {build.name, build.version, build.commit, build.dirty, program_of(plan.catalogue)};
  header.environment = describe_environment();
  header.environment.threads = plan.limits.threads;
  header.machines = {header.environment};
  header.name = name_of_folder(plan.directory);
  header.profile = plan.profile;
  header.started = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
  header.command = command;
  header.seeds = plan.seeds;
  header.limits = plan.limits;
  header.planned = plan.cells;
  header.tuning = plan.tuning;
  for (const std::string& name : plan.problems) {
    const ProblemFacts facts = problem_facts(plan.catalogue, name);
    header.problems.push_back({name, facts.summary, facts.citation, facts.budget_seconds, facts.targets});
  }
  for (const std::string& name : plan.methods) {
    const MethodFacts facts = method_facts(plan.catalogue, name);
    header.methods.push_back({name, facts.summary, facts.citation, facts.needs});
  }
  return header;
}

}  // namespace physgrad
