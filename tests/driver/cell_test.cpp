// `cell`, which runs start and other tools can; and reading a run that has not come to its end.
#include <algorithm>
#include <cmath>
#include <sstream>

#include "driver/driver_process.hpp"
#include "physgrad/files/json.hpp"
#include "physgrad/record/cell_lines.hpp"
#include "physgrad/record/report_json.hpp"
#include "physgrad/record/stored_run.hpp"

namespace physgrad {
namespace {

namespace fs = std::filesystem;

class Cell : public testing::DriverProcess {
 protected:
  static constexpr const char* kRun =
      "run --problem quadratic,scaled-fit --method dp-sgd,gn --seeds 2 --steps 5 --quiet ";
  [[nodiscard]] Report run(const std::string& out) const {
    EXPECT_EQ(driver(kRun + ("--out " + out)).code, 0);
    return read_report(folder_ / out);
  }
  /// What `cell` says of this standard input.
  [[nodiscard]] testing::Outcome cell(const std::string& input, const std::string& options = "") {
    write("spec.json", input);
    return driver("cell " + options + " < spec.json");
  }
};

TEST_F(Cell, OfASpecificationIsTheCellOfTheRun) {
  const testing::Outcome specs = driver(kRun + std::string("--specs"));
  ASSERT_EQ(specs.code, 0) << specs.err;
  EXPECT_FALSE(fs::exists(folder_ / "results"));
  const Report measured = run("r");
  std::istringstream lines(specs.out);
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    const testing::Outcome alone = cell(line + "\n");
    ASSERT_EQ(alone.code, 0) << alone.err;
    const CellLines result = read_cell_lines(alone.out, "standard output");
    ASSERT_TRUE(result.finished());
    const CellRecord& same = measured.cells.at(count);
    EXPECT_EQ(result.record().key, same.key);
    EXPECT_EQ(result.record().setup_id, same.setup_id);
    EXPECT_EQ(result.record().trajectory_hash, same.trajectory_hash);
    EXPECT_EQ(result.record().memory.peak_heap_bytes >= 0, same.memory.peak_heap_bytes >= 0);
  }
  EXPECT_EQ(count, measured.cells.size());
}

TEST_F(Cell, OfAFileThatAnotherRunWroteRunsAgain) {
  const Report measured = run("r");
  const testing::Outcome again = driver("cell --no-heap < r/cells/scaled-fit__gn__s1.jsonl");
  EXPECT_EQ(again.code, 2) << "only the first line is a specification";
  const std::string text = testing::file_text(folder_ / "r/cells/scaled-fit__gn__s1.jsonl");
  const testing::Outcome first = cell(text.substr(0, text.find('\n')), "--no-heap --beside");
  ASSERT_EQ(first.code, 0) << first.err;
  const CellRecord record = read_cell_lines(first.out, "standard output").record();
  EXPECT_TRUE(std::isnan(record.memory.peak_heap_bytes));
  EXPECT_FALSE(record.timing_valid);
}

TEST_F(Cell, WrongInputIsOneLine) {
  for (const char* input : {"", " \n", "{", "[]", "{}", "nonsense\n", "{\"problem\": \"heat\"}",
                            "{\"problem\": \"heat\", \"method\": \"gn\", \"seed\": 0, \"settings\": {}}"}) {
    const testing::Outcome outcome = cell(input);
    EXPECT_EQ(outcome.code, 2) << input;
    EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << outcome.err;
    EXPECT_EQ(outcome.out, "") << input;
  }
}

TEST_F(Cell, ARunThatHasNoReportYetIsReadFromItsCells) {
  const Report whole = run("r");
  fs::remove(folder_ / "r/report.json");
  const Report read = read_report(folder_ / "r");
  EXPECT_FALSE(read.finished);
  ASSERT_EQ(read.cells.size(), whole.cells.size());
  for (std::size_t i = 0; i < read.cells.size(); ++i) {
    EXPECT_EQ(read.cells[i].key, whole.cells[i].key);
    EXPECT_EQ(read.cells[i].trajectory_hash, whole.cells[i].trajectory_hash);
  }
  fs::remove(folder_ / "r/cells/scaled-fit__gn__s1.jsonl");
  EXPECT_EQ(read_report(folder_ / "r").cells.size(), whole.cells.size() - 1);
  const testing::Outcome table = driver("table --from r");
  EXPECT_EQ(table.code, 0) << table.err;
  EXPECT_NE(table.out.find("scaled-fit"), std::string::npos);
}

TEST_F(Cell, AReportThatWasWrittenOnTheWayGivesWayToTheCells) {
  Report early = run("r");
  EXPECT_TRUE(early.finished);
  early.finished = false;
  early.cells.clear();
  write("r/report.json", report_text(early));
  EXPECT_EQ(read_report(folder_ / "r").cells.size(), 8u);
  EXPECT_EQ(read_report(folder_ / "r/report.json").cells.size(), 0u);
  // Without the cells it is what there is.
  fs::remove_all(folder_ / "r/cells");
  EXPECT_EQ(read_report(folder_ / "r").cells.size(), 0u);
}

TEST_F(Cell, AnotherCellInThePlaceOfOneIsSaid) {
  (void)run("r");
  fs::remove(folder_ / "r/report.json");
  fs::copy_file(folder_ / "r/cells/scaled-fit__gn__s1.jsonl", folder_ / "r/cells/scaled-fit__gn__s0.jsonl",
                fs::copy_options::overwrite_existing);
  const testing::Outcome table = driver("table --from r");
  EXPECT_EQ(table.code, 2);
  EXPECT_NE(table.err.find("holds another cell (scaled-fit gn seed 1)"), std::string::npos) << table.err;
}

}  // namespace
}  // namespace physgrad
