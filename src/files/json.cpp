#include "physgrad/files/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "physgrad/core/numbers.hpp"
#include "physgrad/files/byte_reader.hpp"
#include "physgrad/files/json_scanner.hpp"

namespace physgrad {
namespace {

constexpr std::size_t kDeepest = 64;

/// nlohmann's own prefix "[json.exception.parse_error.101] " means nothing to a user.
std::string plain_message(const std::string& what) {
  const std::size_t end = what.find("] ");
  return what.starts_with('[') && end != std::string::npos ? what.substr(end + 2) : what;
}

/// Builds the tree in one pass, and refuses what the parser itself would let pass: deep nesting, repeated keys, and
/// numbers that a double holds as 0 alone.
class TreeBuilder {
 public:
  /// `list`: the key of the root whose array is handed over element by element; empty: none. The first `known` elements
  /// have been before.
  TreeBuilder(const std::string& source, const std::string& list, const ElementSink& sink, std::size_t known = 0)
      : source_(source), list_(list), sink_(sink), known_(known) {}
  [[nodiscard]] Json take() { return std::move(root_); }
  [[nodiscard]] std::size_t handed_over() const { return handed_over_; }

  bool null() { return put(nullptr); }
  bool boolean(bool value) { return put(value); }
  bool number_integer(Json::number_integer_t value) { return put(value); }
  bool number_unsigned(Json::number_unsigned_t value) { return put(value); }
  bool number_float(Json::number_float_t value, const Json::string_t& text) {
    if (value == 0 && !read_number(text))
      throw ReadError(fmt::format("{}: a double cannot hold the number {}", source_, text));
    return put(value);
  }
  bool string(Json::string_t& value) { return put(std::move(value)); }
  bool binary(Json::binary_t&) { return true; }
  bool start_object(std::size_t) { return open(Json::object()); }
  bool end_object() { return close(); }
  bool start_array(std::size_t) { return open(Json::array()); }
  bool end_array() { return close(); }
  bool key(Json::string_t& name) {
    const auto [at, fresh] = open_.back()->get_ref<Json::object_t&>().try_emplace(std::move(name));
    if (!fresh) throw ReadError(fmt::format("{}: key '{}' appears twice in one object", source_, at->first));
    slot_ = &at->second;
    if (open_.size() == 1) listed_ = !list_.empty() && at->first == list_;
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& error) {
    throw ReadError(fmt::format("{}: {}", source_, plain_message(error.what())));
  }

 private:
  /// Where the next value goes: the root, what the last key names, or the end of an array.
  Json& place(Json&& value) {
    if (open_.empty()) return root_ = std::move(value);
    if (open_.back()->is_array()) return open_.back()->get_ref<Json::array_t&>().emplace_back(std::move(value));
    return *slot_ = std::move(value);
  }
  bool put(Json&& value) {
    place(std::move(value));
    hand_over();
    return true;
  }
  bool open(Json&& value) {
    if (open_.size() >= kDeepest) throw ReadError(fmt::format("{}: nested deeper than {} levels", source_, kDeepest));
    open_.push_back(&place(std::move(value)));
    return true;
  }
  bool close() {
    open_.pop_back();
    hand_over();
    return true;
  }
  /// What was just completed, where it is an element of the list.
  void hand_over() {
    if (!listed_ || open_.size() != 2 || !open_.back()->is_array()) return;
    if (const std::size_t place = handed_over_++; place >= known_) sink_(std::move(open_.back()->back()), place, root_);
    open_.back()->clear();
  }

  const std::string &source_, &list_;
  const ElementSink& sink_;
  Json root_;
  std::vector<Json*> open_;  // none of them moves while it is open: its parent gets nothing else
  Json* slot_ = nullptr;
  bool listed_ = false;
  std::size_t known_, handed_over_ = 0;
};

/// Appends to `place` the way from `tree` to the node `value` in it; false where it is not there.
bool find_place(const Json& tree, const Json& value, std::string& place) {
  if (&tree == &value) return true;
  const std::size_t length = place.size();
  if (!tree.is_structured()) return false;
  for (auto at = tree.begin(); at != tree.end(); ++at) {
    if (tree.is_object())
      place += (place.empty() ? "" : ".") + at.key();
    else
      place += fmt::format("[{}]", at - tree.begin());
    if (find_place(*at, value, place)) return true;
    place.resize(length);
  }
  return false;
}

Json parsed(ByteReader bytes, const std::string& source, const std::string& list, const ElementSink& sink) {
  std::size_t known = 0;
  if (bytes.can_rewind()) {
    TreeBuilder builder(source, list, sink);
    if (JsonScanner(bytes, builder).scan()) return builder.take();
    known = builder.handed_over();
    bytes.rewind();
  }
  // The library, for what the scanner refuses and for what can be read once: it knows what to say of it.
  TreeBuilder builder(source, list, sink, known);
  try {
    (void)Json::sax_parse(bytes.begin(), bytes.end(), &builder);
  } catch (const Json::exception& error) {
    throw ReadError(fmt::format("{}: {}", source, plain_message(error.what())));
  }
  return builder.take();
}

}  // namespace

void append_utf8(std::uint32_t code, std::string& text) {
  const auto add = [&text](std::uint32_t byte) { text += static_cast<char>(byte); };
  const auto add_last = [&add](std::uint32_t bits) { add(0x80 | (bits & 0x3F)); };
  if (code < 0x80) return add(code);
  if (code < 0x800) return add(0xC0 | code >> 6), add_last(code);
  if (code < 0x10000) return add(0xE0 | code >> 12), add_last(code >> 6), add_last(code);
  add(0xF0 | code >> 18), add_last(code >> 12), add_last(code >> 6), add_last(code);
}

Json parse_json(std::string_view text, const std::string& source) { return parsed(ByteReader(text), source, {}, {}); }

Json parse_json(std::string_view text, const std::string& source, const std::string& list, const ElementSink& sink) {
  return parsed(ByteReader(text), source, list, sink);
}

Json parse_json_file(const std::filesystem::path& path, const std::string& list, const ElementSink& sink) {
  return parsed(ByteReader(path), path.string(), list, sink);
}

struct JsonView::Origin {
  const Json* tree;
  std::string source, place;
};

JsonView::JsonView(const Json& tree, std::string source, std::string place)
    : value_(&tree), origin_(std::make_shared<Origin>(Origin{&tree, std::move(source), std::move(place)})) {}

void JsonView::fail(const std::string& message) const {
  std::string place = origin_->place;
  (void)find_place(*origin_->tree, *value_, place);
  throw ReadError(place.empty() ? fmt::format("{}: {}", origin_->source, message)
                                : fmt::format("{}: {}: {}", origin_->source, place, message));
}

void JsonView::expect(bool right, const char* what) const {
  if (!right) fail(fmt::format("expected {}, found {}", what, value_->type_name()));
}

const Json* JsonView::member(std::string_view key) const {
  expect(value_->is_object(), "an object");
  const auto& members = value_->get_ref<const Json::object_t&>();
  const auto found = members.find(key);
  return found == members.end() ? nullptr : &found->second;
}

bool JsonView::has(std::string_view key) const { return member(key) != nullptr; }

JsonView JsonView::at(std::string_view key) const {
  const Json* found = member(key);
  if (found == nullptr) fail(fmt::format("key '{}' is missing", key));
  return {found, origin_};
}

std::optional<JsonView> JsonView::find(std::string_view key) const {
  const Json* found = member(key);
  return found == nullptr ? std::nullopt : std::optional(JsonView(found, origin_));
}

JsonItems JsonView::items() const {
  expect(value_->is_array(), "an array");
  return JsonItems(*this);
}

std::vector<std::string> JsonView::keys() const {
  expect(value_->is_object(), "an object");
  std::vector<std::string> result;
  for (const auto& [key, value] : value_->items()) result.push_back(key);
  return result;
}

void JsonView::each_member(const std::function<void(const std::string& key, const JsonView& value)>& visit) const {
  expect(value_->is_object(), "an object");
  JsonView member = *this;
  for (const auto& [key, value] : value_->get_ref<const Json::object_t&>()) {
    member.value_ = &value;
    visit(key, member);
  }
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
  result.reserve(items().size());
  for (const JsonView& item : items()) result.push_back(item.number());
  return result;
}

std::vector<std::string> JsonView::texts() const {
  std::vector<std::string> result;
  for (const JsonView& item : items()) result.push_back(item.text());
  return result;
}

void make_room(std::size_t members, OrderedJson& object) { object.get_ref<OrderedJson::object_t&>().reserve(members); }

OrderedJson number_json(double value) { return std::isfinite(value) ? OrderedJson(value) : OrderedJson(nullptr); }

OrderedJson count_json(double value) {
  const bool whole = value == std::floor(value) && std::abs(value) <= 9007199254740992.0;
  return whole ? OrderedJson(static_cast<std::int64_t>(value)) : number_json(value);
}

std::string dump_json(const OrderedJson& value, int indent) {
  return value.dump(indent, ' ', false, OrderedJson::error_handler_t::replace);
}

}  // namespace physgrad
