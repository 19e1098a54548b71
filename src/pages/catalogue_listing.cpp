#include "physgrad/pages/catalogue_listing.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>
#include <variant>

#include "physgrad/catalogue/facts.hpp"
#include "physgrad/core/pattern.hpp"
#include "physgrad/files/json.hpp"

namespace physgrad {
namespace {

/// What of the catalogue is listed.
struct Chosen {
  const Catalogue& catalogue;
  std::set<std::string> lists;
  std::vector<std::string> problems, methods;
  std::vector<Part> parts;
};

OrderedJson setting_value_json(const SettingValue& value) {
  return std::visit([](const auto& each) { return OrderedJson(each); }, value);
}

OrderedJson specs_json(const std::vector<SettingSpec>& specs) {
  OrderedJson list = OrderedJson::array();
  for (const SettingSpec& spec : specs) {
    OrderedJson item = {
        {"key", spec.key}, {"default", setting_value_json(spec.value)}, {"description", spec.description}};
    const bool number = spec.kind == SettingKind::real || spec.kind == SettingKind::integer;
    if (number) item["range"] = {number_json(spec.low), number_json(spec.high)};
    if (!spec.choices.empty()) item["choices"] = spec.choices;
    list.push_back(std::move(item));
  }
  return list;
}

OrderedJson problems_json(const Chosen& chosen) {
  OrderedJson list = OrderedJson::array();
  for (const std::string& name : chosen.problems) {
    const ProblemFacts facts = problem_facts(chosen.catalogue, name);
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

OrderedJson methods_json(const Chosen& chosen) {
  OrderedJson list = OrderedJson::array();
  for (const std::string& name : chosen.methods) {
    const MethodFacts facts = method_facts(chosen.catalogue, name);
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

OrderedJson parts_json(const Chosen& chosen) {
  OrderedJson list = OrderedJson::array();
  for (const Part& part : chosen.parts)
    list.push_back({{"place", to_text(part.place)},
                    {"word", part.word},
                    {"summary", part.definition.summary},
                    {"citation", part.definition.citation},
                    {"needs", part.definition.needs},
                    {"settings", specs_json(part.definition.settings)}});
  return list;
}

/// Calls `use` with every problem and method, and why they cannot run together.
template <typename Use>
void for_each_pair(const Chosen& chosen, Use use) {
  std::vector<MethodFacts> methods;
  for (const std::string& name : chosen.methods) methods.push_back(method_facts(chosen.catalogue, name));
  for (const std::string& name : chosen.problems) {
    const ProblemFacts problem = problem_facts(chosen.catalogue, name);
    for (const MethodFacts& method : methods) use(name, method.name, skip_reason(problem, method));
  }
}

OrderedJson pairs_json(const Chosen& chosen) {
  OrderedJson list = OrderedJson::array();
  for_each_pair(chosen, [&](const std::string& problem, const std::string& method, const std::string& reason) {
    OrderedJson pair = {{"problem", problem}, {"method", method}, {"runs", reason.empty()}};
    pair["reason"] = reason.empty() ? OrderedJson(nullptr) : OrderedJson(reason);
    list.push_back(std::move(pair));
  });
  return list;
}

std::string problems_text(const Chosen& chosen) {
  std::string text = "Problems\n";
  for (const std::string& name : chosen.problems) {
    const ProblemFacts facts = problem_facts(chosen.catalogue, name);
    text += fmt::format("  {:<22} {}\n  {:<22} {} controls -> {} outputs, {} parameters{}{}\n  {:<22} {}\n", name,
                        facts.summary, "", facts.controls, facts.outputs, facts.parameters,
                        facts.has_network ? "" : ", no network", facts.has_inverse ? "" : ", no inverse simulator", "",
                        facts.citation);
    if (!facts.determined.empty()) text += fmt::format("  {:<22} y determines {}\n", "", facts.determined);
  }
  return text;
}

std::string methods_text(const Chosen& chosen) {
  std::string text = "Methods\n";
  for (const std::string& name : chosen.methods) {
    const MethodFacts facts = method_facts(chosen.catalogue, name);
    std::vector<std::string> made_of;
    for (const auto& [place, word] : facts.parts) made_of.push_back(place + "=" + word);
    text += fmt::format("  {:<12} {}\n  {:<12} {}\n  {:<12} needs {}; {}\n", name, facts.summary, "",
                        made_of.empty() ? "an update of its own" : fmt::format("{}", fmt::join(made_of, " ")), "",
                        fmt::join(facts.needs, ", "), facts.citation);
  }
  return text;
}

std::string listed(const std::vector<std::string>& words, const char* otherwise) {
  return words.empty() ? otherwise : fmt::format("{}", fmt::join(words, ", "));
}

std::string parts_text(const Chosen& chosen) {
  std::string text = "Parts of compositions (compose:PLACE=WORD,...; a joint part stands at physics and network)\n";
  for (const Part& part : chosen.parts) {
    std::vector<std::string> keys;
    for (const SettingSpec& spec : part.definition.settings) keys.push_back(spec.key);
    text += fmt::format("  {:<7} {:<14} {}\n  {:<22} needs {}; settings: {}\n  {:<22} {}\n", to_text(part.place),
                        part.word, part.definition.summary, "", listed(part.definition.needs, "nothing"),
                        listed(keys, "none"), "", part.definition.citation);
  }
  return text;
}

std::string pairs_text(const Chosen& chosen) {
  std::map<std::string, std::vector<std::string>> words, reasons;
  for_each_pair(chosen, [&](const std::string& problem, const std::string& method, const std::string& reason) {
    words[problem].push_back(reason.empty() ? method : "-" + method);
    if (!reason.empty()) reasons[problem].push_back(reason);
  });
  std::string text = "Pairs ('-' cannot run)\n";
  for (const std::string& problem : chosen.problems) {
    text += fmt::format("  {:<22} {}\n", problem, fmt::join(words[problem], " "));
    for (const std::string& reason : reasons[problem]) text += fmt::format("  {:<22} {}\n", "", reason);
  }
  return text;
}

std::vector<Part> chosen_parts(const Catalogue& catalogue, const std::vector<std::string>& patterns) {
  const std::vector<Part>& all = catalogue.parts().parts();
  std::set<std::string> words;
  for (const Part& part : all) words.insert(part.word);
  const std::vector<std::string> names = chosen_names("part", patterns, {words.begin(), words.end()});
  std::vector<Part> parts;
  std::ranges::copy_if(all, std::back_inserter(parts), [&](const Part& part) { return contains(names, part.word); });
  return parts;
}

/// A selection that would change nothing is refused.
void check_selection(const ListingRequest& request) {
  if (!request.list.empty() && !contains(listing_names(), request.list))
    throw UsageError(unknown_name_message("list", request.list, listing_names()));
  const auto refuse = [&](const char* what, const char* right) {
    throw UsageError(fmt::format("list {} takes no {}; {}", request.list, what, right));
  };
  if (request.list == "pairs" && !request.names.empty()) refuse("names", "--problem and --method select pairs");
  if (request.list == "problems" && !request.methods.empty()) refuse("--method", "'list pairs' says which pairs run");
  if (request.list == "methods" && !request.problems.empty()) refuse("--problem", "'list pairs' says which pairs run");
  if (request.list == "parts" && !(request.problems.empty() && request.methods.empty()))
    refuse("--problem or --method", "parts are chosen by names behind it");
}

Chosen chosen_of(const Catalogue& catalogue, const ListingRequest& request) {
  check_selection(request);
  std::vector<std::string> problems = request.problems, methods = request.methods, parts;
  const auto add_names = [&](std::vector<std::string>& patterns) {
    patterns.insert(patterns.end(), request.names.begin(), request.names.end());
  };
  if (request.list == "problems") add_names(problems);
  if (request.list == "methods") add_names(methods);
  if (request.list == "parts") add_names(parts);
  Chosen chosen{catalogue,
                {request.list},
                chosen_names("problem", problems, catalogue.problem_names()),
                chosen_names("method", methods, catalogue.method_names()),
                chosen_parts(catalogue, parts)};
  if (!request.list.empty()) return chosen;
  chosen.lists = {"pairs"};
  const bool all = problems.empty() && methods.empty();
  if (all) chosen.lists.insert("parts");
  if (all || !problems.empty()) chosen.lists.insert("problems");
  if (all || !methods.empty()) chosen.lists.insert("methods");
  return chosen;
}

/// The lists in the order in which they are shown.
struct Listing {
  const char* name;
  std::string (*text)(const Chosen&);
  OrderedJson (*json)(const Chosen&);
};
constexpr Listing kListings[] = {{"problems", problems_text, problems_json},
                                 {"methods", methods_text, methods_json},
                                 {"parts", parts_text, parts_json},
                                 {"pairs", pairs_text, pairs_json}};

}  // namespace

const std::vector<std::string>& listing_names() {
  static const std::vector<std::string> names = {"problems", "methods", "pairs", "parts"};
  return names;
}

std::string listing_text(const Catalogue& catalogue, const ListingRequest& request) {
  const Chosen chosen = chosen_of(catalogue, request);
  std::string text;
  for (const Listing& each : kListings)
    if (chosen.lists.contains(each.name)) text += each.text(chosen);
  return text;
}

std::string listing_json(const Catalogue& catalogue, const ListingRequest& request) {
  const Chosen chosen = chosen_of(catalogue, request);
  OrderedJson root;
  for (const Listing& each : kListings)
    if (chosen.lists.contains(each.name)) root[each.name] = each.json(chosen);
  return dump_json(root, 2) + "\n";
}

}  // namespace physgrad
