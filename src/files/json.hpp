#pragma once
// JSON that may come from anywhere: text to a checked tree, and a view of the tree whose errors name file and place.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "physgrad/files/files.hpp"

namespace physgrad {

using Json = nlohmann::json;                 ///< for reading
using OrderedJson = nlohmann::ordered_json;  ///< for writing: keys stay in the order of the schema

/// Reads one JSON value. Throws ReadError naming `source`: malformed or truncated text, invalid UTF-8, numbers beyond
/// double, a key twice in one object, nesting deeper than 64.
[[nodiscard]] Json parse_json(std::string_view text, const std::string& source);

/// Takes an element of an array, its place in it, and the root as far as it is read.
using ElementSink = std::function<void(Json&& element, std::size_t index, const Json& root)>;
/// The same, but where the root has an array at the key `list` its elements go to `sink` one by one, as soon as each is
/// read, and the array of the result is empty: a tree takes ten times the memory of its text.
[[nodiscard]] Json parse_json(std::string_view text, const std::string& source, const std::string& list,
                              const ElementSink& sink);

/// A value and where it stands, e.g. "report.json: cells[3].time".
class JsonView {
 public:
  /// The tree must outlive the view. `place`: where it stands in a larger one that is not there as a whole.
  JsonView(const Json& tree, std::string source, std::string place = {});

  // All throw ReadError where the value is of another kind.
  [[nodiscard]] bool has(const std::string& key) const;     ///< of an object
  [[nodiscard]] JsonView at(const std::string& key) const;  ///< of an object; a missing key is an error
  [[nodiscard]] std::vector<JsonView> items() const;        ///< of an array
  [[nodiscard]] std::vector<std::string> keys() const;      ///< of an object
  [[nodiscard]] double number() const;                      ///< null is NaN
  [[nodiscard]] long integer() const;                       ///< a whole number that fits
  [[nodiscard]] long count() const;                         ///< the same, at least 0
  [[nodiscard]] std::uint64_t unsigned_integer() const;
  [[nodiscard]] bool boolean() const;
  [[nodiscard]] std::string text() const;  ///< null is empty
  [[nodiscard]] std::vector<double> numbers() const;
  [[nodiscard]] std::vector<std::string> texts() const;
  /// Throws for a key of an object that is not among `known`: a misspelt one would be ignored.
  void check_keys(const std::vector<std::string>& known) const;
  [[nodiscard]] const Json& value() const { return *value_; }

  /// Throws ReadError "<source>: <place>: <message>".
  [[noreturn]] void fail(const std::string& message) const;

 private:
  struct Origin;
  JsonView(const Json& value, std::shared_ptr<const Origin> origin) : value_(&value), origin_(std::move(origin)) {}
  void expect(bool right, const char* what) const;
  const Json* value_;
  std::shared_ptr<const Origin> origin_;  ///< of the whole tree: a place is looked for when something is wrong
};

/// NaN and infinities become null.
[[nodiscard]] OrderedJson number_json(double value);
/// The same, written without a decimal point where the value is whole.
[[nodiscard]] OrderedJson count_json(double value);
/// indent < 0: one line. Invalid UTF-8 is replaced, never an error.
[[nodiscard]] std::string dump_json(const OrderedJson& value, int indent);

}  // namespace physgrad
