#include "physgrad/study/study_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "physgrad/files/files.hpp"
#include "physgrad/study/run_directory.hpp"

namespace physgrad {
namespace {

constexpr const char* kLocks = "shards.lock";

std::string name_of(const std::optional<Shard>& shard) {
  return shard ? fmt::format("shard-{}-of-{}.jsonl", shard->index, shard->count) : "study.jsonl";
}

/// Place 0 is the whole study's. A file system that knows no locks gives none and is used without.
PlaceLocks locked(const fs::path& folder, const fs::path& path, const std::optional<Shard>& shard) {
  const fs::path file = folder / kLocks;
  refuse_special_file(file);
  PlaceLocks locks(file);
  if (!locks.usable())
    throw UsageError(fmt::format("--study: '{}' cannot be used as a directory to write to: {}", folder.string(),
                                 std::strerror(errno)));
  if (is_held_lock(locks.hold({shard ? shard->index : 0})))
    throw UsageError(
        fmt::format("'{}' is in use by another study; wait for its end or choose another --study", path.string()));
  return locks;
}

}  // namespace

StudyFile::StudyFile(const fs::path& folder, const StudyHeader& header, const std::optional<Shard>& shard)
    : path_(folder / name_of(shard)) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    throw UsageError(
        fmt::format("--study: '{}' cannot be used as a directory to write to: {}", folder.string(), error.message()));
  lock_.emplace(locked(folder, path_, shard));
  refuse_special_file(path_);
  remove_temporaries(folder, {path_.filename().string()});
  if (fs::exists(path_, error)) text_ = read_text_file(path_);
  text_.erase(text_.rfind('\n') + 1);  // npos + 1 is 0
  if (text_.empty()) {
    study_.header = header;
    text_ = study_line(header) + "\n";
    write_text_file(path_, text_);
    return;
  }
  study_ = parse_study(text_, path_.string());
  if (const std::string other = study_difference(study_.header, header); !other.empty())
    throw UsageError(fmt::format("'{}' was begun otherwise: {}; choose another --study", path_.string(), other));
}

bool StudyFile::has(const std::string& problem, const std::string& method) const {
  return std::ranges::any_of(pairs(),
                             [&](const StudiedPair& pair) { return pair.problem == problem && pair.method == method; });
}

void StudyFile::add(StudiedPair pair) {
  std::string whole = text_ + pair_line(pair) + "\n";
  write_text_file(path_, whole);
  text_ = std::move(whole);
  study_.pairs.push_back(std::move(pair));
}

}  // namespace physgrad
