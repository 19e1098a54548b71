#pragma once
// What a tuning study leaves behind: a file of lines, its header and one line for every pair that is finished.
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "physgrad/core/settings.hpp"
#include "physgrad/record/cell_spec.hpp"

namespace physgrad {

/// What was asked for, and what was asked.
struct StudyHeader {
  std::string program, commit;
  bool dirty = false;
  std::string cpu;
  std::vector<std::string> command;
  std::vector<std::uint64_t> seeds;   ///< the first of the first rung, the others of the second
  long trials = 0, keep = 0;          ///< of a pair; how many of them reach the second rung
  double share = 0;                   ///< of the budget, in the first rung
  std::string shard;                  ///< "1/2"; empty: everything
  CellLimits limits;                  ///< of a trial in the second rung; an absent budget is each problem's own
  std::vector<std::string> settings;  ///< that were given, as "scope.key=value"
  std::vector<std::string> problems, methods;
};

/// Where a setting was searched: from low to high, or among words.
struct SearchedSetting {
  std::string key;
  double low = kAbsent, high = kAbsent;
  std::vector<std::string> words = {};
};

/// A trial in the second rung: its loss on every seed but the first.
struct KeptTrial {
  long trial = 0;
  std::vector<double> losses;
  [[nodiscard]] double median() const;
};

struct FailedTrial {
  long trial = 0;
  std::uint64_t seed = 0;
  std::string reason;
};

/// A pair that is finished. Losses are held-out losses at the end; what failed or diverged is infinite.
struct StudiedPair {
  std::string problem, method;
  double budget_seconds = kAbsent, steps = kAbsent;  ///< of a trial in the second rung
  SettingMap fixed;  ///< what the problem's file or the request says and is not searched
  std::vector<SearchedSetting> searched;
  std::vector<SettingMap> trials;  ///< a value for each searched key; the first is the method's own defaults
  std::vector<double> first;       ///< a loss for each trial
  std::vector<KeptTrial> second;
  std::vector<FailedTrial> failures;
  double seconds = 0;                ///< of training, all trials
  double processor_share = kAbsent;  ///< the smallest
  long chosen = -1;                  ///< the trial whose settings are taken; -1: there is none

  /// Of the chosen trial, over the second rung; infinite without one.
  [[nodiscard]] double tuned_loss() const;
  /// What a run takes: fixed and chosen.
  [[nodiscard]] SettingMap settings() const;
};

struct TuningStudy {
  StudyHeader header;
  std::vector<StudiedPair> pairs;
};

/// The lines, without their line ends.
[[nodiscard]] std::string study_line(const StudyHeader& header);
[[nodiscard]] std::string pair_line(const StudiedPair& pair);

/// Header and pairs. A last line without a line end was cut off and is left out. Throws ReadError naming `source` and
/// line, for a pair that stands there twice too.
[[nodiscard]] TuningStudy parse_study(std::string_view text, const std::string& source);

/// The study files of a directory, by name, or the path itself where it is a file; none where there is none.
[[nodiscard]] std::vector<std::filesystem::path> study_files(const std::filesystem::path& folder);

/// Whether one of them begins as a study does.
[[nodiscard]] bool holds_study(const std::filesystem::path& folder);

/// All of them as one study, whose header is the first's and whose shard is empty. Throws ReadError: no such file,
/// files that differ in seeds, trials, share, keep or limits, and a pair in two of them.
[[nodiscard]] TuningStudy read_study(const std::filesystem::path& folder);

/// What differs between what two headers ask for, as "trials 24, now 12"; empty where a file of one may be gone on with
/// by the other. The command is of no account.
[[nodiscard]] std::string study_difference(const StudyHeader& begun, const StudyHeader& fresh);

}  // namespace physgrad
