#include "driver/fault_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>

#include "physgrad/files/files.hpp"
#include "physgrad/record/cell_lines.hpp"
#include "physgrad/record/header_json.hpp"
#include "physgrad/record/report_json.hpp"
#include "physgrad/record/stored_run.hpp"
#include "physgrad/record/weights.hpp"
#include "physgrad/study/heap_pass.hpp"

namespace physgrad::testing {

int Faults::rounds(int otherwise) {
  const char* text = std::getenv("PHYSGRAD_FAULT_ROUNDS");
  if (text != nullptr) return std::atoi(text);
#if defined(__SANITIZE_ADDRESS__)
  otherwise = (otherwise + 2) / 3;
#endif
  return otherwise;
}

bool Faults::thorough() { return std::getenv("PHYSGRAD_FAULT_ROUNDS") != nullptr; }

void Faults::record(const std::string& fault, int tried, int survived) {
  RecordProperty("fault_" + std::to_string(++rows_),
                 fault + " | " + std::to_string(tried) + " | " + std::to_string(survived));
  EXPECT_EQ(survived, tried) << fault;
}

std::map<std::string, std::string> Faults::finished_files(const std::string& out) const {
  std::map<std::string, std::string> files;
  std::error_code error;
  for (const auto& file : std::filesystem::directory_iterator(folder_ / out / "cells", error)) {
    const std::string text = file_text(file.path());
    if (read_cell_lines(text, file.path().string()).finished()) files[file.path().filename()] = text;
  }
  return files;
}

std::string Faults::damage(const std::string& out, const std::map<std::string, std::string>& before) const {
  try {
    const std::map<std::string, std::string> now = finished_files(out);
    for (const auto& [name, text] : before)
      if (!now.contains(name) || now.at(name) != text) return "a finished cell was lost: " + name;
    // Of a run that saves weights: who is finished has them.
    if (std::filesystem::exists(folder_ / out / kWeightsFolder))
      for (const auto& [name, text] : now) {
        const CellRecord cell = read_cell_lines(text, name).record();
        const std::filesystem::path path = weights_path(folder_ / out, cell.key);
        const std::string wrong = succeeded(cell) ? not_its_weights(path, cell.key, cell.trajectory_hash) : "";
        if (!wrong.empty()) return wrong;
      }
    const std::filesystem::path manifest = folder_ / out / "manifest.json";
    if (std::filesystem::exists(manifest)) (void)parse_manifest(read_text_file(manifest), manifest.string());
    if (!std::filesystem::exists(folder_ / out / "report.json")) return "";
    for (const CellRecord& cell : report(out).cells) {
      const std::string seed = "__s" + std::to_string(cell.key.seed) + ".jsonl";
      if (!now.contains(cell.key.problem + "__" + cell.key.method + seed))
        return "the report knows a cell without a file";
    }
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

bool Faults::has_temporaries(const std::string& out) const {
  std::error_code error;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_ / out, error))
    if (entry.path().extension() == ".tmp") return true;
  return false;
}

pid_t Faults::start_driver(const std::string& arguments) const {
  const std::string command = "cd '" + folder_.string() + "' && exec 2>stderr.txt >stdout.txt </dev/null && exec '" +
                              PHYSGRAD_DRIVER + "' " + arguments;
  const pid_t process = ::fork();
  if (process == 0) {
    ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
    ::_exit(127);
  }
  return process;
}

std::optional<int> Faults::ended(pid_t process, int options) {
  int status = 0;
  if (::waitpid(process, &status, options) != process) return std::nullopt;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool Faults::nobody_left() const {
  for (int i = 0; i < 500; ++i) {
    bool somebody = false;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", error))
      somebody |= std::filesystem::read_symlink(entry.path() / "cwd", error) == folder_ && !error;
    if (!somebody) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

Report Faults::report(const std::string& out) const { return read_report(folder_ / out); }

pid_t child_of(pid_t process) {
  std::error_code error;
  for (const auto& task :
       std::filesystem::directory_iterator(std::filesystem::path("/proc") / std::to_string(process) / "task", error)) {
    const std::string children = file_text(task.path() / "children");
    if (!children.empty()) return static_cast<pid_t>(std::stol(children));
  }
  return 0;
}

pid_t cell_of(pid_t driver, bool heap_pass) {
  const pid_t cell = child_of(driver);
  const std::string words = file_text(std::filesystem::path("/proc") / std::to_string(cell) / "cmdline");
  if (cell <= 0 || words.find(std::string("\0cell\0", 6)) == std::string::npos) return 0;
  if (!heap_pass) return cell;
  // A leak checker has a child, too.
  const pid_t copy = child_of(cell);
  const std::string name = file_text(std::filesystem::path("/proc") / std::to_string(copy) / "comm");
  return name == kHeapPassName + std::string("\n") ? copy : 0;
}

}  // namespace physgrad::testing
