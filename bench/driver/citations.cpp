#include "citations.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "physgrad/catalogue/composition.hpp"
#include "physgrad/catalogue/facts.hpp"
#include "physgrad/catalogue/references.hpp"
#include "physgrad/core/pattern.hpp"
#include "physgrad/measure/environment.hpp"
#include "physgrad/update/compose.hpp"

namespace physgrad::driver {
namespace {

std::string version_note(const std::string& version, const std::string& commit, bool dirty) {
  return fmt::format("Version {}, commit {}{}", version, commit, dirty ? ", modified" : "");
}

/// What is to be cited, each once, in order.
class UsedEntries {
 public:
  explicit UsedEntries(const Catalogue& catalogue) : catalogue_(catalogue) {}

  void problem(const std::string& name, const std::string& citation) { add("problem/" + name, citation); }

  /// The parts of a composition; one that cannot be read, of another program say, has only its name.
  void method(const std::string& name, const std::string& citation) {
    if (!methods_.insert(name).second) return;
    if (is_composition(name)) try {
        for (const auto& [place, word] : parts_of(parse_composition(catalogue_.parts(), name))) part(place, word);
        return;
      } catch (const UsageError&) {
      }
    add("method/" + name, citation);
  }

  /// A joint part stands at two places.
  void part(const std::string& place, const std::string& word) {
    for (const Part& each : catalogue_.parts().parts()) {
      const bool joint = each.place == Place::joint && (place == "physics" || place == "network");
      if (each.word == word && (joint || place == to_text(each.place)))
        add(fmt::format("{}/{}", to_text(each.place), word), each.definition.citation);
    }
  }

  [[nodiscard]] const std::vector<Used>& entries() const { return entries_; }

 private:
  void add(const std::string& entry, const std::string& citation) {
    if (seen_.insert(entry).second) entries_.push_back({entry, citation});
  }

  const Catalogue& catalogue_;
  std::vector<Used> entries_;
  std::set<std::string> seen_, methods_;
};

}  // namespace

std::string cite_reports(const std::vector<LabelledReport>& reports, const Catalogue& catalogue) {
  UsedEntries used(catalogue);
  std::vector<std::string> versions;
  for (const LabelledReport& each : reports) {
    const RunHeader& header = each.report.header;
    const std::string version = version_note(header.suite.version, header.suite.commit, header.suite.dirty);
    if (std::ranges::find(versions, version) == versions.end()) versions.push_back(version);
    for (const ProblemNote& note : header.problems) used.problem(note.name, note.citation);
    for (const MethodNote& note : header.methods) used.method(note.name, note.citation);
    for (const CellRecord& cell : each.report.cells) {
      used.problem(cell.key.problem, "");
      used.method(cell.key.method, "");
      for (const char* place : {"rule", "search"})
        if (const auto given = cell.given.find(place); given != cell.given.end())
          if (const auto* word = std::get_if<std::string>(&given->second)) used.part(place, *word);
    }
  }
  return bibliography(parse_references(embedded_references(), "docs/references.bib"), used.entries(),
                      fmt::format("{}", fmt::join(versions, "; ")));
}

std::string cite_catalogue(const Selection& selection, const Catalogue& catalogue) {
  UsedEntries used(catalogue);
  if (!selection.problems.empty())
    for (const std::string& name : chosen_names("problem", selection.problems, catalogue.problem_names()))
      used.problem(name, catalogue.problem(name).definition().citation);
  for (const std::string& name : split_method_names(selection.methods))
    if (is_composition(name))
      used.method(method_name(catalogue, name), "");
    else
      for (const std::string& each : chosen_names("method", {name}, catalogue.method_names()))
        used.method(each, catalogue.method(each).definition().citation);
  const BuildFacts build = build_facts();
  return bibliography(parse_references(embedded_references(), "docs/references.bib"), used.entries(),
                      version_note(build.version, build.commit, build.dirty));
}

}  // namespace physgrad::driver
