#include "physgrad/catalogue/built_in_parts.hpp"

#include "physgrad/catalogue/entries.hpp"

namespace physgrad {

const PartTable& built_in_parts() {
  static const PartTable parts = [] {
    PartTable table;
    for (const PartEntry& entry : part_entries()) table.add(entry.place, entry.word, entry.definition());
    return table;
  }();
  return parts;
}

}  // namespace physgrad
