#include "physgrad/tables/inventory.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "physgrad/tables/trajectories.hpp"

namespace physgrad {
namespace {

/// Of one report's side of a setup, or of everything.
struct SideCounts {
  int planned = 0, ended = 0, succeeded = 0;

  void add(const PlannedCell* cell) {
    if (cell == nullptr) return;
    ++planned;
    if (cell->cell == nullptr) return;
    ++ended;
    if (physgrad::succeeded(*cell->cell)) ++succeeded;
  }
  [[nodiscard]] std::string text() const {
    if (planned == 0) return "-";
    return fmt::format("{}/{}{}", succeeded, planned,
                       ended < planned ? fmt::format(", {} unfinished", planned - ended) : "");
  }
};

struct MatchCounts {
  SideCounts a, b;
  int both = 0, only_a = 0, only_b = 0, changed = 0, missing = 0, paths = 0, same_paths = 0;

  void add(const CellMatch& match) {
    a.add(match.a);
    b.add(match.b);
    only_a += match.b == nullptr;
    only_b += match.a == nullptr;
    const CellRecord *of_a = match.record_a(), *of_b = match.record_b();
    missing += of_a != nullptr && of_b == nullptr;
    if (of_a == nullptr || of_b == nullptr) return;
    ++both;
    changed += of_a->status != of_b->status;
    if (of_a->steps <= 0 || of_b->steps <= 0 || of_a->curve.empty() || of_b->curve.empty()) return;
    ++paths;
    same_paths += same_trajectory(*of_a, *of_b);
  }
};

std::string shown_seeds_text(const std::vector<std::uint64_t>& seeds) {
  constexpr std::size_t kShown = 8;
  const auto shown = static_cast<std::ptrdiff_t>(std::min(seeds.size(), kShown));
  return fmt::format("seed{} {}{}", seeds.size() == 1 ? "" : "s", fmt::join(seeds.begin(), seeds.begin() + shown, ", "),
                     seeds.size() > kShown ? fmt::format(" and {} more", seeds.size() - kShown) : "");
}

/// Cells of one setup that went from one status to another, with the first reason.
struct StatusChange {
  std::vector<std::uint64_t> seeds;
  std::string reason;
  bool lost = false;
};

void note_changes(const SetupMatch& setup, ComparedVersions& versions) {
  std::map<std::pair<std::string, std::string>, StatusChange> changes;
  int good = 0;
  for (const CellMatch& match : setup.cells) {
    const CellRecord *a = match.record_a(), *b = match.record_b();
    if (a == nullptr || b == nullptr) continue;
    good += succeeded(*a);
    if (a->status == b->status) continue;
    StatusChange& change = changes[{to_text(a->status), to_text(b->status)}];
    change.seeds.push_back(match.seed);
    if (change.reason.empty()) change.reason = succeeded(*b) ? a->reason : b->reason;
    change.lost = succeeded(*a) && !succeeded(*b);
  }
  for (const auto& [statuses, change] : changes) {
    const std::string how = fmt::format("{} in A, {} in B", statuses.first, statuses.second);
    const std::string why = change.reason.empty() ? "" : fmt::format(": {}", change.reason);
    versions.inventory.notes.push_back(
        fmt::format("{} {}, {}: {}{}", setup.problem, setup.method, shown_seeds_text(change.seeds), how, why));
    if (change.lost)
      versions.lost.push_back(fmt::format("{} {}: {} of {} cells that succeeded in A did not in B ({}{})",
                                          setup.problem, setup.method, change.seeds.size(), good, statuses.second,
                                          why));
  }
}

std::string plural(std::size_t count, const char* what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

}  // namespace

void take_inventory(const std::vector<SetupMatch>& setups, ComparedVersions& versions) {
  Table& table = versions.inventory;
  table.group = "cells";
  table.columns = {{"problem", false}, {"method", false}, {"A", true},      {"B", true},         {"in both"},
                   {"only in A"},      {"only in B"},     {"other status"}, {"same trajectory"}, {"settings", false}};
  MatchCounts all;
  for (const SetupMatch& setup : setups) {
    MatchCounts counts;
    for (const CellMatch& match : setup.cells) {
      counts.add(match);
      all.add(match);
    }
    const auto number = [](int value) { return number_entry(value); };
    table.rows.push_back({text_entry(setup.problem), text_entry(setup.method), text_entry(counts.a.text()),
                          text_entry(counts.b.text()), number(counts.both), number(counts.only_a),
                          number(counts.only_b), number(counts.changed),
                          text_entry(counts.paths == 0 ? "-" : fmt::format("{}/{}", counts.same_paths, counts.paths)),
                          text_entry(setup.difference.empty() ? "-" : setup.difference)});
    note_changes(setup, versions);
  }
  versions.summary =
      fmt::format("{} in A, {} in B; {} ended in both, {} only in A, {} only in B, {} with another status",
                  plural(static_cast<std::size_t>(all.a.planned), "cell"), all.b.planned, all.both, all.only_a,
                  all.only_b, all.changed);
  versions.missing = all.missing;
  if (all.paths > 0) versions.summary += fmt::format(", same trajectory {}/{}", all.same_paths, all.paths);
  table.title = fmt::format("Cells of {} ({})", plural(setups.size(), "setup"), versions.summary);
  table.notes.insert(table.notes.begin(),
                     "A, B: succeeded/planned. same trajectory: the losses and weights at all common points of the "
                     "curve are equal bit for bit.");
}

}  // namespace physgrad
