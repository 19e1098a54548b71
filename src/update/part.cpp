#include "physgrad/update/part.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace physgrad {
namespace {

bool stands_at(const Part& part, Place place) {
  const bool half = place == Place::physics || place == Place::network;
  return part.place == place || (half && part.place == Place::joint);
}

}  // namespace

const char* to_text(Place place) {
  switch (place) {
    case Place::loss:
      return "loss";
    case Place::physics:
      return "physics";
    case Place::network:
      return "network";
    case Place::joint:
      return "joint";
    case Place::rule:
      return "rule";
    case Place::search:
      return "search";
  }
  return "?";
}

bool PartTable::has(Place place, const std::string& word) const {
  return std::ranges::any_of(parts_, [&](const Part& part) {
    return part.word == word && (stands_at(part, place) || (place == Place::joint && stands_at(part, Place::physics)) ||
                                 (place == Place::joint && stands_at(part, Place::network)));
  });
}

void PartTable::add(Place place, std::string word, PartDefinition definition) {
  if (has(place, word))
    throw std::logic_error(fmt::format("two parts are called '{}' at place {}", word, to_text(place)));
  const bool empty = std::visit([](const auto& make) { return make == nullptr; }, definition.make);
  if (empty || definition.make.index() != static_cast<std::size_t>(place))
    throw std::logic_error(fmt::format("part '{}' does not make what place {} takes", word, to_text(place)));
  parts_.push_back({place, std::move(word), std::move(definition)});
}

std::vector<std::string> PartTable::words(Place place) const {
  std::vector<std::string> words;
  for (const Part& part : parts_)
    if (stands_at(part, place)) words.push_back(part.word);
  return words;
}

const Part& PartTable::find(Place place, const std::string& word) const {
  for (const Part& part : parts_)
    if (stands_at(part, place) && part.word == word) return part;
  const bool step = place != Place::rule && place != Place::search;
  throw UsageError(unknown_name_message(fmt::format("{}{}", to_text(place), step ? " step" : ""), word, words(place)));
}

}  // namespace physgrad
