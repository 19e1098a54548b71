#pragma once
// JSON that may come from anywhere: text to a checked tree, and a view of the tree whose errors name file and place.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
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
/// The same of a file, whose text is never held as a whole. Throws ReadError.
[[nodiscard]] Json parse_json_file(const std::filesystem::path& path, const std::string& list, const ElementSink& sink);

class JsonItems;

/// A value and where it stands, e.g. "report.json: cells[3].time".
class JsonView {
 public:
  /// The tree must outlive the view. `place`: where it stands in a larger one that is not there as a whole.
  JsonView(const Json& tree, std::string source, std::string place = {});

  // All throw ReadError where the value is of another kind.
  [[nodiscard]] bool has(std::string_view key) const;                      ///< of an object
  [[nodiscard]] JsonView at(std::string_view key) const;                   ///< of an object; a missing key is an error
  [[nodiscard]] std::optional<JsonView> find(std::string_view key) const;  ///< of an object
  [[nodiscard]] JsonItems items() const;                                   ///< of an array
  [[nodiscard]] std::vector<std::string> keys() const;                     ///< of an object
  /// Every member of an object, in the order of the keys.
  void each_member(const std::function<void(const std::string& key, const JsonView& value)>& visit) const;
  [[nodiscard]] double number() const;  ///< null is NaN
  [[nodiscard]] long integer() const;   ///< a whole number that fits
  [[nodiscard]] long count() const;     ///< the same, at least 0
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
  friend class JsonItems;
  struct Origin;
  JsonView(const Json* value, std::shared_ptr<const Origin> origin) : value_(value), origin_(std::move(origin)) {}
  void expect(bool right, const char* what) const;
  [[nodiscard]] const Json* member(std::string_view key) const;  ///< of an object; null: there is none
  const Json* value_;
  std::shared_ptr<const Origin> origin_;  ///< of the whole tree: a place is looked for when something is wrong
};

/// The elements of an array. Going through them moves one view along: reports have millions of numbers.
class JsonItems {
 public:
  explicit JsonItems(JsonView array) : array_(std::move(array)) {}

  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = JsonView;
    using difference_type = std::ptrdiff_t;
    using pointer = const JsonView*;
    using reference = const JsonView&;

    explicit Iterator(JsonView view) : view_(std::move(view)) {}
    const JsonView& operator*() const { return view_; }
    Iterator& operator++() {
      ++view_.value_;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return view_.value_ != other.view_.value_; }

   private:
    JsonView view_;
  };
  [[nodiscard]] std::size_t size() const { return elements().size(); }
  [[nodiscard]] Iterator begin() const { return Iterator({elements().data(), array_.origin_}); }
  [[nodiscard]] Iterator end() const { return Iterator({elements().data() + size(), array_.origin_}); }
  [[nodiscard]] JsonView operator[](std::size_t i) const { return {&elements()[i], array_.origin_}; }

 private:
  [[nodiscard]] const Json::array_t& elements() const { return array_.value_->get_ref<const Json::array_t&>(); }
  JsonView array_;
};

/// Has an object ready for so many members: where one has to grow, all keys are copied.
void make_room(std::size_t members, OrderedJson& object);
/// NaN and infinities become null.
[[nodiscard]] OrderedJson number_json(double value);
/// The same, written without a decimal point where the value is whole.
[[nodiscard]] OrderedJson count_json(double value);
/// indent < 0: one line. Invalid UTF-8 is replaced, never an error.
[[nodiscard]] std::string dump_json(const OrderedJson& value, int indent);

}  // namespace physgrad
