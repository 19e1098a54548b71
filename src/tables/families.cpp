#include "physgrad/tables/families.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

namespace physgrad {
namespace {

struct FamilyLook {
  const char *name, *title;
  std::array<const char*, kShades> colours, dark;
  std::array<const char*, 3> dashes;
  std::array<const char*, 10> members;  ///< of the catalogue, the most usual first
};

constexpr FamilyLook kFamilies[] = {
    {"dp",
     "DP, first order",
     {"#0072b2", "#003f63", "#4aa3d6"},
     {"#4aa8e0", "#9fd3f5", "#2b7fb5"},
     {"", "20,3", "1,2"},
     {"dp-adam", "dp-sgd", "dp-soap", "dp-muon", "dp-momentum", "dp-rmsprop", "dp-adagrad", "dp-adamw", "dp-adadelta",
      "dp-full-adagrad"}},
    {"pg",
     "PG",
     {"#e69f00", "#8f6300", "#f2c25c"},
     {"#f0ad1f", "#ffd98a", "#b98212"},
     {"10,3,2,3", "18,3,2,3", "5,2,1,2"},
     {"pg", "pg-gn", "pg-newton", "pg-hig", "pg-lbfgs", "pg-gd"}},
    {"hig",
     "HIG",
     {"#d55e00", "#8a3c00", "#f08a45"},
     {"#f0782a", "#ffb585", "#b8560f"},
     {"6,3", "9,6", "3,2"},
     {"hig", "hig-physics", "hig-nystrom"}},
    {"gn",
     "GN and damped",
     {"#009e73", "#005c43", "#4cc9a4"},
     {"#1fbf92", "#8fe6cb", "#128a68"},
     {"12,3", "16,6", "8,2"},
     {"gn", "lm", "spring", "gn-nystrom", "sven"}},
    {"second-order",
     "second order",
     {"#cc79a7", "#8c4069", "#e3b0cc"},
     {"#dd8fba", "#f3c9df", "#a85d86"},
     {"2,3", "2,6", "2,1"},
     {"dp-lbfgs", "dp-kfac", "dp-adahessian", "ssbroyden", "ssbfgs", "hessian-free"}},
    {"composition",
     "compositions",
     {"#56b4e9", "#1f7aad", "#9ad3f3"},
     {"#7cc8f2", "#bfe4fa", "#4a93bf"},
     {"6,3,2,3,2,3", "10,3,2,3,2,3", "3,2,1,2,1,2"},
     {}},
    {"other", "other", {"#6b6b6b", "#3a3a3a", "#a3a3a3"}, {"#a8a8a8", "#d4d4d4", "#7d7d7d"}, {"3,6", "6,8", "1,4"}, {}},
};

struct StackLook {
  const char *name, *colour, *dark;
};
/// Bright and dark take turns in the order of the phases.
constexpr StackLook kStacks[] = {
    {"stack-data", "#b3b3b0", "#8d8d8a"},      {"stack-network", "#57b5ea", "#57b5ea"},
    {"stack-simulator", "#0073b3", "#2f8fca"}, {"stack-jacobian", "#f0e442", "#d9cd3a"},
    {"stack-inverse", "#e7a001", "#e7a001"},   {"stack-decomposition", "#d65f01", "#d65f01"},
    {"stack-method", "#cd7aa8", "#cd7aa8"},    {"stack-other", "#4d4d4c", "#5f5f5e"},
};

constexpr StackLook kReferences[] = {
    {"reference", "#8a8a89", "#9b9b9a"}, {"reference-2", "#2b2b2a", "#e0e0de"}, {"reference-3", "#5a5a59", "#c0c0be"}};

const std::map<std::string, std::string>& stack_parts() {
  static const std::map<std::string, std::string> parts = {{"data", "data"},
                                                           {"network", "network"},
                                                           {"simulate", "simulator"},
                                                           {"simulator", "simulator"},
                                                           {"derivative", "jacobian"},
                                                           {"jacobian", "jacobian"},
                                                           {"inverse", "inverse"},
                                                           {"linear_algebra", "decomposition"},
                                                           {"decomposition", "decomposition"},
                                                           {"update", "method"},
                                                           {"method", "method"}};
  return parts;
}

std::string name_in(const std::string& label) { return label.substr(0, label.find(' ')); }

const FamilyLook& family_look(const std::string& family) {
  const auto found = std::ranges::find_if(kFamilies, [&](const FamilyLook& each) { return family == each.name; });
  return found != std::end(kFamilies) ? *found : kFamilies[std::size(kFamilies) - 1];
}

/// The place among the members of its family; past all of them for who is none.
std::size_t member_place(const FamilyLook& family, const std::string& name) {
  const auto found =
      std::ranges::find_if(family.members, [&](const char* member) { return member != nullptr && name == member; });
  return static_cast<std::size_t>(found - family.members.begin());
}

}  // namespace

std::string family_of(const std::string& method) {
  const std::string name = name_in(method);
  for (const FamilyLook& family : kFamilies)
    if (member_place(family, name) < family.members.size()) return family.name;
  if (name.starts_with("compose:")) return "composition";
  for (const char* prefix : {"dp", "pg", "hig", "gn"})
    if (name == prefix || name.starts_with(fmt::format("{}-", prefix))) return prefix;
  return "other";
}

std::string family_title(const std::string& family) { return family_look(family).title; }

std::string stack_family(const std::string& part) {
  const auto found = stack_parts().find(part);
  return "stack-" + (found != stack_parts().end() ? found->second : "other");
}

Look look_of(const std::string& family, std::size_t variant) {
  for (const StackLook& stack : kStacks)
    if (family == stack.name) return {stack.name, stack.colour, stack.dark, "", 0};
  if (family == kReferenceFamily) {
    const StackLook& look = kReferences[variant % kShades];
    return {look.name, look.colour, look.dark, "", static_cast<int>(variant % kSymbols)};
  }
  const FamilyLook& look = family_look(family);
  const std::size_t shade = variant % kShades;
  const auto offset = static_cast<std::size_t>(&look - kFamilies);
  return {shade == 0 ? look.name : fmt::format("{}-{}", look.name, shade + 1), look.colours[shade], look.dark[shade],
          look.dashes[variant / kSymbols % look.dashes.size()], static_cast<int>((offset + variant) % kSymbols)};
}

std::vector<std::size_t> variants_of(const std::vector<std::string>& labels, const std::vector<std::string>& families) {
  std::map<std::string, std::size_t> given;
  std::map<std::string, std::set<std::size_t>> taken;
  const auto give = [&](std::size_t i, std::size_t variant) {
    given[labels[i]] = variant;
    taken[families[i]].insert(variant);
  };
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const FamilyLook& family = family_look(families[i]);
    const std::size_t own = member_place(family, name_in(labels[i]));
    if (own < family.members.size() && !taken[families[i]].contains(own) && !given.contains(labels[i])) give(i, own);
  }
  std::map<std::string, std::size_t> next;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (given.contains(labels[i])) continue;
    std::size_t& free = next[families[i]];
    while (taken[families[i]].contains(free)) ++free;
    give(i, free);
  }
  std::vector<std::size_t> result;
  for (const std::string& label : labels) result.push_back(given.at(label));
  return result;
}

std::vector<Look> all_looks() {
  std::vector<Look> looks;
  for (const FamilyLook& family : kFamilies)
    for (std::size_t shade = 0; shade < kShades; ++shade) looks.push_back(look_of(family.name, shade));
  for (std::size_t shade = 0; shade < kShades; ++shade) looks.push_back(look_of(kReferenceFamily, shade));
  for (const StackLook& stack : kStacks) looks.push_back(look_of(stack.name, 0));
  return looks;
}

}  // namespace physgrad
