#pragma once
// The file of a study as it grows: nobody else writes it, and it is always whole.
#include <filesystem>
#include <optional>
#include <string>

#include "physgrad/record/tuning_study.hpp"
#include "physgrad/study/place_locks.hpp"
#include "physgrad/study/shard.hpp"

namespace physgrad {

class StudyFile {
 public:
  /// Begins study.jsonl or a shard's shard-I-of-N.jsonl in the folder, which is made, or goes on with it; a last line
  /// that was cut off is dropped. Throws UsageError: it is in use, or was begun by another program or with other
  /// options; ReadError and WriteError.
  StudyFile(const std::filesystem::path& folder, const StudyHeader& header, const std::optional<Shard>& shard);

  /// What is finished.
  [[nodiscard]] const std::vector<StudiedPair>& pairs() const { return study_.pairs; }
  [[nodiscard]] bool has(const std::string& problem, const std::string& method) const;
  /// Replaces the file by one with this pair, too. Throws WriteError and leaves the file as it was.
  void add(StudiedPair pair);
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  std::optional<PlaceLocks> lock_;
  TuningStudy study_;
  std::string text_;
};

}  // namespace physgrad
