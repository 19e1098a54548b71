#pragma once
// Files that are an object a line: a cell's and a tuning study's.
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "physgrad/schema/checker.hpp"

namespace physgrad {

/// Made when a line of the kind comes. May be asked by several threads.
class LineCheckers {
 public:
  const Checker& of(const std::string& name) {
    const std::lock_guard lock(making_);
    return checkers_.try_emplace(name, name).first->second;  // and stays where it is
  }

 private:
  std::mutex making_;
  std::map<std::string, Checker> checkers_;
};

/// The name of the likeliest schema for the value; of equally likely ones the first. Empty: none.
[[nodiscard]] std::string likeliest(const Json& value, const std::vector<std::string>& names);

/// The first line where it is an object of its own and not the whole text, or a line of a cell's file.
[[nodiscard]] bool is_lines(const std::string& text);

/// Throws ReadError naming `source` for a line that is no JSON.
[[nodiscard]] Validation validate_lines(const std::string& text, const std::string& source, LineCheckers& checkers,
                                        Findings& findings);

}  // namespace physgrad
