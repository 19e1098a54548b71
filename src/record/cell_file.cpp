#include "physgrad/record/cell_file.hpp"

#include <fmt/format.h>

#include "physgrad/core/rng.hpp"

namespace physgrad {
namespace {

constexpr std::size_t kLongestStart = 80;
constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyz0123456789.-_";
constexpr std::string_view kReadable = "ABCDEFGHIJKLMNOPQRSTUVWXYZ=+";  // beside the plain ones, before a hash

/// A part that can be told from its neighbours when they are joined by "__".
bool is_plain(std::string_view part) {
  return !part.empty() && part.find_first_not_of(kPlain) == std::string_view::npos &&
         part.find("__") == std::string_view::npos && part.front() != '_' && part.back() != '_' && part.front() != '.';
}

std::string readable_start(const CellKey& key) {
  std::string start = fmt::format("{}__{}", key.problem, key.method);
  for (const std::string& sweep : {key.problem_sweep, key.method_sweep})
    if (!sweep.empty()) start += "__" + sweep;
  for (char& letter : start)
    if (kPlain.find(letter) == std::string_view::npos && kReadable.find(letter) == std::string_view::npos)
      letter = letter == ' ' ? '+' : '~';
  if (start.front() == '.' || start.front() == '-') start.front() = '~';
  return start.substr(0, kLongestStart);
}

/// Of all parts with their lengths, so that no two lists have one text.
std::uint64_t hash_of_parts(const CellKey& key) {
  std::uint64_t hash = 0;
  for (const std::string& part : {key.problem, key.method, key.problem_sweep, key.method_sweep}) {
    hash = mix_bits(hash, part.size());
    for (const char letter : part) hash = mix_bits(hash, static_cast<unsigned char>(letter));
  }
  return hash;
}

}  // namespace

std::string cell_file_name(const CellKey& key) {
  const bool ordinary = key.problem_sweep.empty() && key.method_sweep.empty() && is_plain(key.problem) &&
                        is_plain(key.method) && key.problem.front() != '-' &&
                        key.problem.size() + key.method.size() < kLongestStart;
  if (ordinary) return fmt::format("{}__{}__s{}.jsonl", key.problem, key.method, key.seed);
  // No plain name holds a '~'.
  return fmt::format("{}~{:016x}__s{}.jsonl", readable_start(key), hash_of_parts(key), key.seed);
}

}  // namespace physgrad
