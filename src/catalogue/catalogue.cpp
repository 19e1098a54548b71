#include "physgrad/catalogue/catalogue.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <utility>

#include "physgrad/core/rng.hpp"

namespace physgrad {
namespace {

template <class Entry>
std::vector<std::string> names_of(const std::map<std::string, Entry>& entries) {
  std::vector<std::string> names;
  for (const auto& [name, entry] : entries) names.push_back(name);
  return names;
}

template <class Entry>
const Entry& find_entry(const std::map<std::string, Entry>& entries, const char* what, const std::string& name) {
  const auto found = entries.find(name);
  if (found == entries.end()) throw UsageError(unknown_name_message(what, name, names_of(entries)));
  return found->second;
}

}  // namespace

void Catalogue::check_new(const char* what, const std::string& name) const {
  if (name.empty() || name == "all" || name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") != name.npos)
    throw UsageError(fmt::format(
        "a {} cannot be called '{}'; expected lower-case letters, digits and '-', and not the word all", what, name));
  if (problems_.contains(name) || methods_.contains(name))
    throw UsageError(fmt::format("a {} cannot be called '{}': the catalogue has a {} of this name", what, name,
                                 problems_.contains(name) ? "problem" : "method"));
}

void Catalogue::add(ProblemEntry entry) {
  check_new("problem", entry.name);
  std::string name = entry.name;
  problems_.emplace(std::move(name), std::move(entry));
}

void Catalogue::add(MethodEntry entry) {
  check_new("method", entry.name);
  std::string name = entry.name;
  methods_.emplace(std::move(name), std::move(entry));
}

std::vector<std::string> Catalogue::problem_names() const { return names_of(problems_); }
std::vector<std::string> Catalogue::method_names() const { return names_of(methods_); }

const ProblemEntry& Catalogue::problem(const std::string& name) const { return find_entry(problems_, "problem", name); }
const MethodEntry& Catalogue::method(const std::string& name) const { return find_entry(methods_, "method", name); }

std::string Catalogue::digest() const {
  std::uint64_t hash = 0;
  const auto add = [&hash](const auto& entries) {
    for (const auto& [name, entry] : entries)
      if (!entry.digest.empty())
        for (const char letter : name + "=" + entry.digest + ";")
          hash = mix_bits(hash, static_cast<unsigned char>(letter));
  };
  add(problems_);
  add(methods_);
  return hash == 0 ? "" : fmt::format("{:016x}", hash);
}

}  // namespace physgrad
