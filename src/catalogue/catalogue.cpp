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

void check_word(const char* what, const std::string& name) {
  if (name.empty() || name == "all" || name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") != name.npos)
    throw UsageError(fmt::format(
        "a {} cannot be called '{}'; expected lower-case letters, digits and '-', and not the word all", what, name));
}

}  // namespace

void Catalogue::check_new(const char* what, const std::string& name) const {
  check_word(what, name);
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

void Catalogue::add(const PartEntry& entry) {
  check_word("part", entry.word);
  const std::string place = to_text(entry.place);
  if (parts_.has(entry.place, entry.word))
    throw UsageError(
        fmt::format("a part cannot be called '{}': the catalogue has a part of this name at {}", entry.word, place));
  parts_.add(entry.place, entry.word, entry.definition());
  if (!entry.digest.empty()) part_digests_[place + "=" + entry.word] = entry.digest;
}

std::vector<std::string> Catalogue::problem_names() const { return names_of(problems_); }
std::vector<std::string> Catalogue::method_names() const { return names_of(methods_); }

const ProblemEntry& Catalogue::problem(const std::string& name) const { return find_entry(problems_, "problem", name); }
const MethodEntry& Catalogue::method(const std::string& name) const { return find_entry(methods_, "method", name); }

std::string Catalogue::digest() const {
  std::uint64_t hash = 0;
  const auto add = [&hash](const std::string& name, const std::string& digest) {
    if (digest.empty()) return;
    for (const char letter : name + "=" + digest + ";") hash = mix_bits(hash, static_cast<unsigned char>(letter));
  };
  for (const auto& [name, entry] : problems_) add(name, entry.digest);
  for (const auto& [name, entry] : methods_) add(name, entry.digest);
  for (const auto& [name, digest] : part_digests_) add(name, digest);
  return hash == 0 ? "" : fmt::format("{:016x}", hash);
}

}  // namespace physgrad
