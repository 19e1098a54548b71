#include "physgrad/files/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "physgrad/core/numbers.hpp"

namespace physgrad {
namespace {

constexpr int kDeepest = 64;

/// nlohmann's own prefix "[json.exception.parse_error.101] " means nothing to a user.
std::string plain_message(const std::string& what) {
  const std::size_t end = what.find("] ");
  return what.starts_with('[') && end != std::string::npos ? what.substr(end + 2) : what;
}

/// Refuses what the parser itself would let pass: deep nesting, repeated keys, and numbers that a double holds as 0
/// alone. Of what is no JSON it says nothing.
class StructureCheck : public nlohmann::json_sax<Json> {
 public:
  explicit StructureCheck(const std::string& source) : source_(source) {}

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t& text) override {
    if (!read_number(text)) throw ReadError(fmt::format("{}: a double cannot hold the number {}", source_, text));
    return true;
  }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return open(); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    if (open_.back().insert(name).second) return true;
    throw ReadError(fmt::format("{}: key '{}' appears twice in one object", source_, name));
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

 private:
  bool open() {
    open_.emplace_back();
    if (open_.size() > kDeepest) throw ReadError(fmt::format("{}: nested deeper than {} levels", source_, kDeepest));
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  const std::string& source_;
  std::vector<std::set<std::string>> open_;
};

}  // namespace

Json parse_json(std::string_view text, const std::string& source) { return parse_json(text, source, nullptr); }

Json parse_json(std::string_view text, const std::string& source, const Json::parser_callback_t& keep) {
  StructureCheck check(source);
  try {
    (void)Json::sax_parse(text.begin(), text.end(), &check);
    return Json::parse(text.begin(), text.end(), keep);
  } catch (const Json::exception& error) {
    throw ReadError(fmt::format("{}: {}", source, plain_message(error.what())));
  }
}

void JsonView::fail(const std::string& message) const {
  throw ReadError(place_.empty() ? fmt::format("{}: {}", source_, message)
                                 : fmt::format("{}: {}: {}", source_, place_, message));
}

void JsonView::expect(bool right, const char* what) const {
  if (!right) fail(fmt::format("expected {}, found {}", what, value_->type_name()));
}

bool JsonView::has(const std::string& key) const {
  expect(value_->is_object(), "an object");
  return value_->contains(key);
}

JsonView JsonView::at(const std::string& key) const {
  if (!has(key)) fail(fmt::format("key '{}' is missing", key));
  return {value_->at(key), source_, place_.empty() ? key : fmt::format("{}.{}", place_, key)};
}

std::vector<JsonView> JsonView::items() const {
  expect(value_->is_array(), "an array");
  std::vector<JsonView> result;
  for (std::size_t i = 0; i < value_->size(); ++i)
    result.push_back(JsonView((*value_)[i], source_, fmt::format("{}[{}]", place_, i)));
  return result;
}

std::vector<std::string> JsonView::keys() const {
  expect(value_->is_object(), "an object");
  std::vector<std::string> result;
  for (const auto& [key, value] : value_->items()) result.push_back(key);
  return result;
}

void JsonView::check_keys(const std::vector<std::string>& known) const {
  for (const std::string& key : keys())
    if (std::ranges::find(known, key) == known.end()) fail(unknown_name_message("key", key, known));
}

double JsonView::number() const {
  if (value_->is_null()) return std::numeric_limits<double>::quiet_NaN();
  expect(value_->is_number(), "a number");
  return value_->get<double>() + 0.0;  // -0 is 0
}

long JsonView::integer() const {
  expect(value_->is_number(), "a whole number");
  constexpr auto kLargest = static_cast<std::int64_t>(kLargestExact);
  // Whole numbers are looked at as such: as doubles, 2^53 + 1 would be 2^53.
  bool fits = false;
  if (value_->is_number_unsigned()) {
    fits = value_->get<std::uint64_t>() <= kLargestExact;
  } else if (value_->is_number_integer()) {
    fits = value_->get<std::int64_t>() >= -kLargest;
  } else {
    const double number = value_->get<double>();
    fits = number == std::floor(number) && std::abs(number) <= static_cast<double>(kLargest);
  }
  if (!fits) fail(fmt::format("expected a whole number in [-{0}, {0}], found {1}", kLargest, value_->dump()));
  return value_->is_number_integer() ? value_->get<long>() : static_cast<long>(value_->get<double>());
}

long JsonView::count() const {
  const long number = integer();
  if (number < 0) fail(fmt::format("expected a whole number of at least 0, found {}", number));
  return number;
}

std::uint64_t JsonView::unsigned_integer() const {
  if (value_->is_number_unsigned()) return value_->get<std::uint64_t>();
  expect(value_->is_number(), "a whole number");
  const double number = value_->get<double>();
  if (!(number >= 0) || number != std::floor(number) || number > static_cast<double>(kLargestExact))
    fail(fmt::format("expected a whole number in [0, {}], written with all its digits, found {}",
                     std::numeric_limits<std::uint64_t>::max(), value_->dump()));
  return static_cast<std::uint64_t>(number);
}

bool JsonView::boolean() const {
  expect(value_->is_boolean(), "true or false");
  return value_->get<bool>();
}

std::string JsonView::text() const {
  if (value_->is_null()) return {};
  expect(value_->is_string(), "a text");
  return value_->get<std::string>();
}

std::vector<double> JsonView::numbers() const {
  std::vector<double> result;
  for (const JsonView& item : items()) result.push_back(item.number());
  return result;
}

std::vector<std::string> JsonView::texts() const {
  std::vector<std::string> result;
  for (const JsonView& item : items()) result.push_back(item.text());
  return result;
}

OrderedJson number_json(double value) { return std::isfinite(value) ? OrderedJson(value) : OrderedJson(nullptr); }

OrderedJson count_json(double value) {
  const bool whole = value == std::floor(value) && std::abs(value) <= 9007199254740992.0;
  return whole ? OrderedJson(static_cast<std::int64_t>(value)) : number_json(value);
}

std::string dump_json(const OrderedJson& value, int indent) {
  return value.dump(indent, ' ', false, OrderedJson::error_handler_t::replace);
}

}  // namespace physgrad
