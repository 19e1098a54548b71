#pragma once
// The catalogue: problems and methods by name, parts by place and word. It is a value, made of what this repository has
// (built_in()) and of what a program adds, and handed to everything that looks up a name.
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "physgrad/core/problem.hpp"
#include "physgrad/update/method.hpp"
#include "physgrad/update/part.hpp"

namespace physgrad {

struct ProblemEntry {
  std::string name;
  std::function<ProblemDefinition()> definition;
  std::string json;         ///< the text of NAME.json (catalogue/problem_file.hpp)
  std::string digest = {};  ///< of its sources, where they are not the library's (digest())
};

struct MethodEntry {
  std::string name;
  std::function<MethodDefinition()> definition;
  std::string digest = {};
};

struct PartEntry {
  Place place;
  std::string word;
  std::function<PartDefinition()> definition;
  std::string digest = {};
};

class Catalogue {
 public:
  /// Everything in problems/, src/methods/ and src/toolbox/; cmake/Catalogue.cmake writes its source.
  [[nodiscard]] static Catalogue built_in();

  /// Throw UsageError for a name that a problem or a method has already, or a word that its place has, and for one that
  /// is no word of lower-case letters, digits and '-': settings are qualified by names, and files are called after
  /// them.
  void add(ProblemEntry entry);
  void add(MethodEntry entry);
  void add(const PartEntry& entry);

  /// Names in alphabetical order.
  [[nodiscard]] std::vector<std::string> problem_names() const;
  [[nodiscard]] std::vector<std::string> method_names() const;
  /// Throw UsageError for an unknown name: the known ones, and the nearest.
  [[nodiscard]] const ProblemEntry& problem(const std::string& name) const;
  [[nodiscard]] const MethodEntry& method(const std::string& name) const;
  [[nodiscard]] const PartTable& parts() const { return parts_; }
  /// Of 16 hexadecimal digits, of all entries that have one; empty where none has. Programs that add entries have the
  /// library's version in common, and are told apart by this.
  [[nodiscard]] std::string digest() const;

 private:
  void check_new(const char* what, const std::string& name) const;

  std::map<std::string, ProblemEntry> problems_;
  std::map<std::string, MethodEntry> methods_;
  PartTable parts_;
  std::map<std::string, std::string> part_digests_;  ///< by place and word
};

}  // namespace physgrad
