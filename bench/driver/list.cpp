// physgrad-bench list: what there is, what it needs, what methods are made of, and which pairs cannot run.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

#include "physgrad/catalogue/facts.hpp"
#include "physgrad/files/json.hpp"
#include "verbs.hpp"

namespace physgrad::driver {
namespace {

OrderedJson value_json(const SettingValue& value) {
  return std::visit([](const auto& each) { return OrderedJson(each); }, value);
}

OrderedJson specs_json(const std::vector<SettingSpec>& specs) {
  OrderedJson list = OrderedJson::array();
  for (const SettingSpec& spec : specs) {
    OrderedJson item = {{"key", spec.key}, {"default", value_json(spec.value)}, {"description", spec.description}};
    const bool number = spec.kind == SettingKind::real || spec.kind == SettingKind::integer;
    if (number) item["range"] = {number_json(spec.low), number_json(spec.high)};
    if (!spec.choices.empty()) item["choices"] = spec.choices;
    list.push_back(std::move(item));
  }
  return list;
}

OrderedJson problems_json(const Catalogue& catalogue) {
  OrderedJson list = OrderedJson::array();
  for (const std::string& name : catalogue.problem_names()) {
    const ProblemFacts facts = problem_facts(catalogue, name);
    list.push_back({{"name", name},
                    {"summary", facts.summary},
                    {"citation", facts.citation},
                    {"determined", facts.determined.empty() ? OrderedJson(nullptr) : OrderedJson(facts.determined)},
                    {"sources", facts.sources},
                    {"network", facts.has_network},
                    {"inverse", facts.has_inverse},
                    {"controls", facts.controls},
                    {"outputs", facts.outputs},
                    {"parameters", facts.parameters},
                    {"budget_seconds", facts.budget_seconds},
                    {"targets", facts.targets},
                    {"settings", specs_json(facts.settings)}});
  }
  return list;
}

OrderedJson methods_json(const Catalogue& catalogue) {
  OrderedJson list = OrderedJson::array();
  for (const std::string& name : catalogue.method_names()) {
    const MethodFacts facts = method_facts(catalogue, name);
    OrderedJson made_of = OrderedJson::object();
    for (const auto& [place, word] : facts.parts) made_of[place] = word;
    list.push_back({{"name", name},
                    {"summary", facts.summary},
                    {"citation", facts.citation},
                    {"needs", facts.needs},
                    {"parts", made_of.empty() ? OrderedJson(nullptr) : std::move(made_of)},
                    {"settings", specs_json(facts.settings)}});
  }
  return list;
}

OrderedJson parts_json(const Catalogue& catalogue) {
  OrderedJson list = OrderedJson::array();
  for (const Part& part : catalogue.parts().parts())
    list.push_back({{"place", to_text(part.place)},
                    {"word", part.word},
                    {"summary", part.definition.summary},
                    {"citation", part.definition.citation},
                    {"needs", part.definition.needs},
                    {"settings", specs_json(part.definition.settings)}});
  return list;
}

OrderedJson pairs_json(const Catalogue& catalogue) {
  OrderedJson list = OrderedJson::array();
  for (const std::string& problem : catalogue.problem_names())
    for (const std::string& method : catalogue.method_names()) {
      const std::string reason = skip_reason(catalogue, problem, method);
      OrderedJson pair = {{"problem", problem}, {"method", method}, {"runs", reason.empty()}};
      pair["reason"] = reason.empty() ? OrderedJson(nullptr) : OrderedJson(reason);
      list.push_back(std::move(pair));
    }
  return list;
}

void print_problems(const Catalogue& catalogue) {
  fmt::print("Problems\n");
  for (const std::string& name : catalogue.problem_names()) {
    const ProblemFacts facts = problem_facts(catalogue, name);
    fmt::print("  {:<22} {}\n  {:<22} {} controls -> {} outputs, {} parameters{}{}\n  {:<22} {}\n", name, facts.summary,
               "", facts.controls, facts.outputs, facts.parameters, facts.has_network ? "" : ", no network",
               facts.has_inverse ? "" : ", no inverse simulator", "", facts.citation);
    if (!facts.determined.empty()) fmt::print("  {:<22} y determines {}\n", "", facts.determined);
  }
}

void print_methods(const Catalogue& catalogue) {
  fmt::print("Methods\n");
  for (const std::string& name : catalogue.method_names()) {
    const MethodFacts facts = method_facts(catalogue, name);
    std::vector<std::string> made_of;
    for (const auto& [place, word] : facts.parts) made_of.push_back(place + "=" + word);
    fmt::print("  {:<12} {}\n  {:<12} {}\n  {:<12} needs {}; {}\n", name, facts.summary, "",
               made_of.empty() ? "an update of its own" : fmt::format("{}", fmt::join(made_of, " ")), "",
               fmt::join(facts.needs, ", "), facts.citation);
  }
}

std::string listed(const std::vector<std::string>& words, const char* otherwise) {
  return words.empty() ? otherwise : fmt::format("{}", fmt::join(words, ", "));
}

void print_parts(const Catalogue& catalogue) {
  fmt::print("Parts of compositions (compose:PLACE=WORD,...; a joint part stands at physics and network)\n");
  for (const Part& part : catalogue.parts().parts()) {
    std::vector<std::string> keys;
    for (const SettingSpec& spec : part.definition.settings) keys.push_back(spec.key);
    fmt::print("  {:<7} {:<14} {}\n  {:<22} needs {}; settings: {}\n  {:<22} {}\n", to_text(part.place), part.word,
               part.definition.summary, "", listed(part.definition.needs, "nothing"), listed(keys, "none"), "",
               part.definition.citation);
  }
}

void print_pairs(const Catalogue& catalogue) {
  fmt::print("Pairs ('-' cannot run)\n");
  for (const std::string& problem : catalogue.problem_names()) {
    std::vector<std::string> words, reasons;
    for (const std::string& method : catalogue.method_names()) {
      const std::string reason = skip_reason(catalogue, problem, method);
      words.push_back(reason.empty() ? method : "-" + method);
      if (!reason.empty()) reasons.push_back(reason);
    }
    fmt::print("  {:<22} {}\n", problem, fmt::join(words, " "));
    for (const std::string& reason : reasons) fmt::print("  {:<22} {}\n", "", reason);
  }
}

int list(const Catalogue& catalogue, const std::string& what, bool json) {
  const bool all = what.empty();
  if (json) {
    OrderedJson root;
    if (all || what == "problems") root["problems"] = problems_json(catalogue);
    if (all || what == "methods") root["methods"] = methods_json(catalogue);
    if (all || what == "parts") root["parts"] = parts_json(catalogue);
    if (all || what == "pairs") root["pairs"] = pairs_json(catalogue);
    fmt::print("{}\n", dump_json(root, 2));
    return 0;
  }
  if (all || what == "problems") print_problems(catalogue);
  if (all || what == "methods") print_methods(catalogue);
  if (all || what == "parts") print_parts(catalogue);
  if (what == "pairs" || all) print_pairs(catalogue);
  return 0;
}

}  // namespace

namespace {
const std::vector<std::string> kLists = {"problems", "methods", "pairs", "parts"};
}  // namespace

void add_list(CLI::App& app, Call& call) {
  CLI::App* verb = app.add_subcommand("list", "Show problems, methods, their parts and which pairs can run");
  verb->footer(call.help("Examples:\n  physgrad-bench list\n  physgrad-bench list problems --json"));
  const auto what = std::make_shared<std::string>();
  const auto json = std::make_shared<bool>(false);
  verb->add_option("what", *what, fmt::format("{}; all of them without", fmt::join(kLists, ", ")));
  verb->add_flag("--json", *json, "as JSON, with every setting, default and range");
  verb->callback([what, json, &call] {
    if (!what->empty() && std::ranges::find(kLists, *what) == kLists.end())
      throw UsageError(unknown_name_message("list", *what, kLists));
    call.exit_code = list(call.catalogue, *what, *json);
  });
}

}  // namespace physgrad::driver
