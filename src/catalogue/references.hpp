#pragma once
// What to cite: the bibliography docs/references.bib, and the entries of the catalogue that come from its papers.
#include <string>
#include <string_view>
#include <vector>

namespace physgrad {

/// An entry of the bibliography.
struct Reference {
  std::string type, key;
  std::vector<std::string> fields;   ///< "title = {..}"
  std::vector<std::string> entries;  ///< of the catalogue: problem/NAME, method/NAME, PLACE/WORD (a part)
};

/// An entry of the catalogue that was used, with what it says of its source.
struct Used {
  std::string entry;  ///< as Reference::entries
  std::string citation;
};

inline constexpr const char* kSuiteKey = "physgrad-bench";  ///< of the suite itself

/// The text of docs/references.bib, which is built in.
[[nodiscard]] std::string_view embedded_references();
/// One field a line, the closing brace on a line of its own. Throws ReadError, which names `source` and the line.
[[nodiscard]] std::vector<Reference> parse_references(std::string_view text, const std::string& source);

/// BibTeX: the suite, with `version` as its note, then every paper of `used`, each once and with the entries that it is
/// cited for; an entry that no paper belongs to is a @misc of its citation.
[[nodiscard]] std::string bibliography(const std::vector<Reference>& references, const std::vector<Used>& used,
                                       const std::string& version);

}  // namespace physgrad
