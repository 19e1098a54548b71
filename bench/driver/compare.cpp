// physgrad-bench compare: is B better than A, and is it so much worse that somebody has to be told?
#include <fmt/format.h>

#include <memory>
#include <optional>

#include "compared_paths.hpp"
#include "physgrad/pages/render.hpp"
#include "physgrad/tables/bounds.hpp"
#include "physgrad/tables/comparison_tables.hpp"
#include "report_options.hpp"
#include "table_format.hpp"
#include "verbs.hpp"

namespace physgrad::driver {
namespace {

struct CompareRequest {
  ComparedPaths paths;
  std::string format = "text";
  std::optional<Bound> slower, worse;
};

constexpr const char* kWorseByDefault = "10%";

/// "--fail-if-worse=" with nothing behind it, as of a variable that is not set: no leaving out of the value.
bool has_empty_value(const std::vector<std::string>& command, const std::string& option) {
  for (std::size_t i = 0; i < command.size(); ++i)
    if (command[i] == option + "=" || (command[i] == option && i + 1 < command.size() && command[i + 1].empty()))
      return true;
  return false;
}

/// The exit code. A bound that nothing can be judged by is a request that cannot be carried out: it does not pass.
int tell_judgement(const Judgement& judgement, const Bound& bound, const Call& call) {
  for (const std::string& line : judgement.broken) call.tell(one_line(line));
  for (const std::string& line : judgement.remarks) call.tell(one_line(line));
  if (!judgement.broken.empty()) return kBoundBroken;
  if (judgement.judged) return 0;
  call.tell(fmt::format("{} {}: cannot be judged: nothing in A and B can be compared by it", bound.option, bound.text));
  return kUsage;
}

int compare(const CompareRequest& request, const Call& call) {
  const TableFormat format = parse_table_format(request.format);
  const ComparedVersions versions = compare_paths(request.paths);
  fmt::print("{}", render(comparison_tables(versions), format));
  const int slower =
      request.slower ? tell_judgement(judge_slower(versions, *request.slower), *request.slower, call) : 0;
  const int worse = request.worse ? tell_judgement(judge_worse(versions, *request.worse), *request.worse, call) : 0;
  return std::max(slower, worse);
}

}  // namespace

void add_compare(CLI::App& app, Call& call) {
  CLI::App* verb = app.add_subcommand("compare",
                                      "Compare version B with version A: two reports, or two outputs of "
                                      "Google Benchmark");
  verb->footer(call.help(
      "Exit code 3: a bound is broken; 2: it cannot be judged, as where the machines differ. docs/regression.md\n"
      "Examples:\n  physgrad-bench compare results/before results/after\n"
      "  physgrad-bench compare results/before results/after --fail-if-slower 10% --fail-if-worse\n"
      "  physgrad-bench compare before.json after.json --problem 'he*' --method hig --format md"));
  const auto request = std::make_shared<CompareRequest>();
  verb->add_option("A", request->paths.a, "before: run directory, report.json, or JSON of Google Benchmark")
      ->required();
  verb->add_option("B", request->paths.b, "after: the same kind of thing")->required();
  const auto bound = [verb, &call](const std::string& name, std::optional<Bound>& value, const std::string& text) {
    const auto read = [name, &value, &call](const std::string& given) {
      value = parse_bound(name, given.empty() && !has_empty_value(call.command, name) ? kWorseByDefault : given);
    };
    return verb->add_option_function<std::string>(name, read, text)->type_name("PERCENTAGE");
  };
  bound("--fail-if-slower", request->slower, "most by which B may be slower: 10%, or 1.1x");
  bound("--fail-if-worse", request->worse,
        "most by which B's losses may be larger (10% without a value); nor may cells "
        "fail that did not")
      ->expected(0, 1);
  add_selection_options(*verb, request->paths.selection);
  verb->add_option("--format", request->format, table_formats_text());
  verb->callback([request, &call] {
    request->paths.losses = request->worse.has_value();
    call.exit_code = compare(*request, call);
  });
}

}  // namespace physgrad::driver
