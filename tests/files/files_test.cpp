// Files are replaced whole or not at all.
#include "physgrad/files/files.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "physgrad/record/cell_lines.hpp"
#include "record/sample_records.hpp"

namespace physgrad {
namespace {

namespace fs = std::filesystem;

class Files : public ::testing::Test {
 protected:
  Files() {
    std::string pattern = (fs::temp_directory_path() / "physgrad-files-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~Files() override { fs::remove_all(folder_); }
  fs::path folder_;
};

std::string write_complaint(const fs::path& path) {
  try {
    write_text_file(path, "text");
  } catch (const WriteError& error) {
    return error.what();
  }
  return "written";
}

TEST_F(Files, ReplaceLeavesNoTemporary) {
  write_text_file(folder_ / "a", "old");
  write_text_file(folder_ / "a", std::string(200000, 'x'));
  EXPECT_EQ(read_text_file(folder_ / "a").size(), 200000u);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
}

TEST_F(Files, ALinkStaysALink) {
  write_text_file(folder_ / "target", "old");
  fs::create_symlink(folder_ / "target", folder_ / "link");
  write_text_file(folder_ / "link", "new");
  EXPECT_TRUE(fs::is_symlink(folder_ / "link"));
  EXPECT_EQ(read_text_file(folder_ / "target"), "new");
}

TEST_F(Files, ADanglingLinkLeadsToWhereTheFileIsMade) {
  fs::create_directory(folder_ / "other");
  fs::create_symlink("other/second", folder_ / "first");
  fs::create_symlink("made", folder_ / "other" / "second");
  EXPECT_EQ(replaced_file(folder_ / "first"), folder_ / "other" / "made");
  EXPECT_NO_THROW(check_output_path(folder_ / "first"));
  write_text_file(folder_ / "first", "new");
  EXPECT_TRUE(fs::is_symlink(folder_ / "first") && fs::is_symlink(folder_ / "other" / "second"));
  EXPECT_EQ(read_text_file(folder_ / "other" / "made"), "new");
  fs::create_symlink("loop", folder_ / "loop");
  EXPECT_NE(write_complaint(folder_ / "loop").find("Too many levels"), std::string::npos);
  EXPECT_TRUE(fs::is_symlink(folder_ / "loop"));
  EXPECT_THROW(check_output_path(folder_ / "loop"), UsageError);
}

TEST_F(Files, TemporariesTakeFreeNamesThatFit) {
  const fs::path path = folder_ / "a.json";
  const fs::path first = temporary_of(path);
  std::ofstream(first) << "somebody's";
  const fs::path second = temporary_of(path);
  EXPECT_NE(first, second);
  write_text_file(path, "text");
  EXPECT_EQ(read_text_file(first), "somebody's");
  for (const std::size_t length : {200ul, 230ul, 255ul}) {
    const fs::path longest = folder_ / std::string(length, 'x');
    EXPECT_LE(temporary_of(longest).filename().string().size(), 255u);
    write_text_file(longest, "text");
    EXPECT_EQ(read_text_file(longest), "text");
  }
  // Only what is called as this program calls its own goes, and only for the files that are named.
  std::ofstream(folder_ / "a.json.2024.tmp") << "x";
  remove_temporaries(folder_, {"b.json"});
  EXPECT_TRUE(fs::exists(first));
  remove_temporaries(folder_, {"a.json", "a.json.2024.tmp"});
  EXPECT_FALSE(fs::exists(first));
  EXPECT_TRUE(fs::exists(folder_ / "a.json.2024.tmp"));
}

TEST_F(Files, FailuresNamePathAndReason) {
  EXPECT_EQ(write_complaint("/dev/full"), "cannot write '/dev/full': No space left on device");
  EXPECT_NE(write_complaint(folder_ / "missing" / "a").find("No such file or directory"), std::string::npos);
  EXPECT_TRUE(fs::exists("/dev/full"));
  EXPECT_THROW((void)read_text_file(folder_), ReadError);
  EXPECT_THROW((void)read_text_file(folder_ / "missing"), ReadError);
  EXPECT_THROW(check_output_path(folder_), UsageError);
  EXPECT_THROW(check_output_path(folder_ / "missing" / "a"), UsageError);
  EXPECT_NO_THROW(check_output_path(folder_ / "a"));
}

TEST_F(Files, AFullDiskIsNoticedLineByLine) {
  LineFile file("/dev/full");
  EXPECT_THROW(file.append("line"), WriteError);
}

TEST_F(Files, ATruncatedLastLineIsDropped) {
  const CellRecord cell = testing::sample_cell("hig", 0, 0.5);
  const fs::path path = folder_ / "cell.jsonl";
  const std::string whole = run_line(cell) + "\n" + step_line(cell.curve[0]) + "\n" + end_line(cell);
  for (const std::size_t cut : {1ul, 50ul, 400ul}) {
    std::ofstream(path) << whole.substr(0, whole.size() - cut);
    const CellLines lines = read_cell_file(path);
    EXPECT_FALSE(lines.finished());
    EXPECT_EQ(lines.record().key.method, "hig");
  }
  write_text_file(path, whole + "\n");
  EXPECT_TRUE(read_cell_file(path).finished());
  write_text_file(path, "{\"type\":\"run\"\n" + whole + "\n");
  try {
    (void)read_cell_file(path);
    ADD_FAILURE() << "a broken line in the middle was read";
  } catch (const ReadError& error) {
    EXPECT_NE(std::string(error.what()).find("cell.jsonl:1"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace physgrad
