#include "physgrad/update/compose.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <utility>

#include "physgrad/update/composed_method.hpp"
#include "physgrad/update/rule_course.hpp"

namespace physgrad {
namespace {

/// The parts of a composition; physics and network are one where they are joint.
struct Chosen {
  const Part &loss, &physics, &network, &rule, &search;

  [[nodiscard]] bool joint() const { return physics.place == Place::joint; }
  /// In the order in which they are at work, each once.
  [[nodiscard]] std::vector<const Part*> all() const {
    if (joint()) return {&physics, &loss, &rule, &search};
    return {&physics, &network, &loss, &rule, &search};
  }
};

Chosen choose(const PartTable& parts, const Composition& words) {
  return {parts.find(Place::loss, words.loss), parts.find(Place::physics, words.physics),
          parts.find(Place::network, words.network), parts.find(Place::rule, words.rule),
          parts.find(Place::search, words.search)};
}

/// "physics=newton"; of a joint part "physics=joint".
std::string name_of(const Part& part) {
  return fmt::format("{}={}", to_text(part.place == Place::joint ? Place::physics : part.place), part.word);
}

/// What the part asks for that none of the chosen ones offers; null where they do.
const Ask* unmet(const Part& part, const std::vector<const Part*>& chosen) {
  const auto offered = [&](const Ask& ask) {
    return std::ranges::any_of(chosen, [&](const Part* other) { return other->offers(ask.what); });
  };
  const auto found = std::ranges::find_if_not(part.definition.asks, offered);
  return found == part.definition.asks.end() ? nullptr : &*found;
}

void check_asks(const PartTable& parts, const std::vector<const Part*>& chosen) {
  for (const Part* part : chosen) {
    const Ask* ask = unmet(*part, chosen);
    if (ask == nullptr) continue;
    std::vector<std::string> fitting;
    for (const Part& other : parts.parts())
      if (other.offers(ask->what)) fitting.push_back(name_of(other));
    throw UsageError(
        fmt::format("{} {}; it goes with {} only", name_of(*part), ask->because,
                    fitting.empty() ? "a part that is not there" : fmt::format("{}", fmt::join(fitting, " or "))));
  }
}

bool exists_beside(const std::vector<const Part*>& chosen, const Part& owner, const std::string& key) {
  for (const Part* part : chosen)
    for (const Without& without : part->definition.without)
      if (without.place == owner.place && without.word == owner.word && without.key == key) return false;
  return true;
}

// A search that tries a step several times wants a rate that stays. A step that asks for a rule without memory does not
// mind: what is clipped or scaled is the update.
bool asks_for_constant_rate(const Part& search) {
  return std::ranges::any_of(search.definition.asks, [](const Ask& ask) { return ask.what == "constant rate"; });
}

std::vector<SettingSpec> composition_settings(const PartTable& parts, const Composition& composition) {
  const Chosen chosen = choose(parts, composition);
  std::vector<SettingSpec> specs = {
      choice_setting("rule", composition.rule, parts.words(Place::rule), "what turns the direction into an update")};
  // Tuners take their ranges in this order.
  const std::vector<const Part*> all = chosen.all();
  std::set<std::string> keys = {"rule", "batch", "growth", "average", "search"};
  std::vector<const Part*> order = {&chosen.physics, &chosen.rule, &chosen.loss, &chosen.search};
  if (!chosen.joint()) order.insert(order.begin(), &chosen.network);
  for (const Part* part : order) {
    for (const SettingSpec& spec : part->definition.settings) {
      if (!exists_beside(all, *part, spec.key)) continue;
      if (!keys.insert(spec.key).second)
        throw std::logic_error(
            fmt::format("setting '{}' of {} belongs to another part, too", spec.key, name_of(*part)));
      specs.push_back(spec);
    }
  }
  if (asks_for_constant_rate(chosen.search)) return specs;
  for (SettingSpec& spec : rule_course_settings()) {
    if (!keys.insert(spec.key).second)
      throw std::logic_error(fmt::format("setting '{}' of a part belongs to every rule", spec.key));
    specs.push_back(std::move(spec));
  }
  return specs;
}

Composition with_words(Composition composition, const Words& chosen) {
  if (const auto rule = chosen.find("rule"); rule != chosen.end()) composition.rule = rule->second;
  if (const auto search = chosen.find("search"); search != chosen.end()) composition.search = search->second;
  return composition;
}

/// Chooses among the searches that ask for nothing which the other parts lack. Methods had their own search before.
SettingSpec search_setting(const PartTable& parts, Composition composition, const std::string& own) {
  const std::string word = composition.search;
  std::vector<std::string> fitting;
  for (const std::string& each : parts.words(Place::search)) {
    composition.search = each;
    const Chosen chosen = choose(parts, composition);
    if (unmet(chosen.search, chosen.all()) == nullptr) fitting.push_back(each);
  }
  SettingSpec spec = choice_setting("search", word, fitting, "how much of an update is taken");
  spec.historic = own;
  // A tuner takes those that every loss can have, which stand first in the order of words.
  const auto first_special = std::ranges::find_if(
      fitting, [](const std::string& each) { return each != "backtracking" && each != "fixed" && each != "grid"; });
  return tuned(std::move(spec),
               {.high = static_cast<double>(first_special - fitting.begin()) - 1, .logarithmic = false});
}

std::vector<std::string> needs_of(const Chosen& chosen) {
  std::vector<std::string> needs;
  for (const Part* part : chosen.all())
    for (const std::string& need : part->definition.needs)
      if (!contains(needs, need)) needs.push_back(need);
  return needs;
}

/// All settings of the composition: those that the method offers, and its constants.
Settings with_constants(const PartTable& parts, const MethodDefinition& definition, const Composition& composition,
                        const Settings& offered) {
  Settings all(composition_settings(parts, composition));
  for (const auto& [key, value] : definition.constants) all.set(key, value);
  for (const SettingSpec& spec : offered.specs())
    if (all.knows(spec.key)) all.set(spec.key, spec.value);
  return all;
}

std::unique_ptr<Method> compose(const PartTable& parts, const Composition& composition, const Settings& settings) {
  check_composition(parts, composition);
  const Chosen chosen = choose(parts, composition);
  Pieces pieces;
  pieces.loss = chosen.loss.make<LossStep>(settings);
  pieces.step = chosen.joint() ? chosen.physics.make<JointStep>(settings)
                               : one_after_the_other(chosen.physics.make<PhysicsStep>(settings),
                                                     chosen.network.make<NetworkStep>(settings));
  pieces.rule = with_course(chosen.rule.make<Rule>(settings), settings);
  pieces.search = chosen.search.make<Search>(settings);
  pieces.derivatives = contains(needs_of(chosen), "gradient");
  return make_composed_method(std::move(pieces));
}

}  // namespace

const std::vector<std::string>& composition_places() {
  static const std::vector<std::string> places = {"loss", "physics", "network", "rule", "search"};
  return places;
}

std::vector<std::string> composition_words(const PartTable& parts, const std::string& place) {
  for (const Place each : {Place::loss, Place::physics, Place::network, Place::rule, Place::search})
    if (place == to_text(each)) return parts.words(each);
  throw UsageError(unknown_name_message("place of a composition", place, composition_places()));
}

void check_composition(const PartTable& parts, const Composition& composition) {
  const Chosen chosen = choose(parts, composition);
  if (&chosen.physics != &chosen.network && (chosen.joint() || chosen.network.place == Place::joint)) {
    const std::string& word = chosen.joint() ? chosen.physics.word : chosen.network.word;
    throw UsageError(fmt::format(
        "a joint step is one step of physics and network: physics={} goes with network={} only", word, word));
  }
  check_asks(parts, chosen.all());
}

std::vector<std::pair<std::string, std::string>> parts_of(const MethodDefinition& definition) {
  if (definition.build) return {};
  const Composition& words = definition.composition;
  return {{"loss", words.loss},
          {"physics", words.physics},
          {"network", words.network},
          {"rule", words.rule},
          {"search", words.search}};
}

std::vector<std::string> free_places(const MethodDefinition& definition) {
  std::vector<std::string> places;
  if (definition.build) return places;
  if (!definition.constants.contains("rule")) places.emplace_back("rule");
  if (definition.free_search) places.emplace_back("search");
  return places;
}

namespace {

SettingSpec growth_setting() {
  SettingSpec spec = real_setting("growth", 1, 1, 1e6,
                                  "how many times as large the last updates' batch is: it doubles at equal shares of "
                                  "the budget; 1: it stays");
  spec.historic = 1.0;
  return spec;
}

SettingSpec average_setting() {
  SettingSpec spec = real_setting("average", 0, 0, 0.999999,
                                  "decay of a running mean of the weights, which is what the training gives; 0: its "
                                  "last weights");
  spec.historic = 0.0;
  return spec;
}

}  // namespace

bool may_stand(const PartTable& parts, const MethodDefinition& definition, const std::string& place,
               const std::string& word) {
  const std::vector<const Part*> all = choose(parts, with_words(definition.composition, {{place, word}})).all();
  return std::ranges::all_of(all, [&](const Part* part) { return unmet(*part, all) == nullptr; });
}

Settings method_settings(const PartTable& parts, const MethodDefinition& definition, const Words& chosen) {
  std::vector<SettingSpec> specs = {
      tuned(integer_setting("batch", 32, 1, 1e6, "samples per update"), {.low = 2, .high = 512}), growth_setting(),
      average_setting()};
  const auto append = [&](std::vector<SettingSpec> more) { std::ranges::move(more, std::back_inserter(specs)); };
  const Composition composition = with_words(definition.composition, chosen);
  if (!definition.build) append(composition_settings(parts, composition));
  if (definition.free_search) specs.push_back(search_setting(parts, composition, definition.composition.search));
  std::erase_if(specs, [&](const SettingSpec& spec) { return definition.constants.contains(spec.key); });
  append(definition.settings);
  Settings settings(std::move(specs));
  for (const auto& [key, value] : definition.defaults)
    if (settings.knows(key)) settings.set(key, value);
  return settings;
}

std::vector<std::string> method_needs(const PartTable& parts, const MethodDefinition& definition) {
  return definition.build ? definition.needs : needs_of(choose(parts, definition.composition));
}

std::unique_ptr<Method> make_method(const PartTable& parts, const MethodDefinition& definition,
                                    const Settings& settings) {
  std::unique_ptr<Method> method;
  if (definition.build) {
    method = definition.build(settings);
  } else {
    Words chosen;
    for (const std::string& place : free_places(definition)) chosen[place] = settings.text(place);
    const Composition composition = with_words(definition.composition, chosen);
    method = compose(parts, composition, with_constants(parts, definition, composition, settings));
  }
  method->batch = settings.integer("batch");
  method->growth = settings.real("growth");
  method->average = settings.real("average");
  if (settings.knows("precision") && settings.text("precision") == "single") method->rounding = Rounding::single;
  return method;
}

}  // namespace physgrad
