#pragma once
// Files of this program against its schemas, and against what schemas cannot say.
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "physgrad/files/json.hpp"

namespace physgrad {

struct Finding {
  std::string place;  ///< JSON Pointer; of a file of lines with the line in front, "line 3 /type"; empty: the whole
  std::string message;
  bool warning = false;  ///< readable all the same: a key that this version does not know, a line that was cut off
};

struct Validation {
  std::string kind;               ///< "report", "manifest", "cell", "inspect", "weights", "claims", "tuning"
  std::size_t parts = 0;          ///< cells of a report or a manifest, lines of a cell's file or a study's, else 1
  std::size_t problems = 0;       ///< all, also those that are not in the list
  std::size_t warnings = 0;       ///< likewise
  std::vector<Finding> findings;  ///< the first of each
};

/// What `text` is, is recognised by its keys. At most `most` problems and as many warnings are kept. Throws ReadError
/// naming `source` for what is no JSON and for what is none of the kinds. Cells of a report are looked at one at a time
/// and not kept.
[[nodiscard]] Validation validate_text(const std::string& text, const std::string& source, std::size_t most);

class LineCheckers;

/// The same of many files, of which several may be at hand at the same time: what schemas are made into is kept.
class Validator {
 public:
  Validator();
  ~Validator();
  Validator(const Validator&) = delete;
  Validator& operator=(const Validator&) = delete;
  [[nodiscard]] Validation validate(const std::string& text, const std::string& source, std::size_t most);

 private:
  std::unique_ptr<LineCheckers> checkers_;
};

/// `path` where it is a file; of a run directory its manifest, its report and the files of its cells and of
/// their weights; of a tuning study its files. Throws ReadError for a directory that holds neither.
[[nodiscard]] std::vector<std::filesystem::path> files_to_validate(const std::filesystem::path& path);

}  // namespace physgrad
