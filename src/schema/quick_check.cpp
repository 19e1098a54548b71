#include "physgrad/schema/quick_check.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace physgrad {

/// A schema, or a part of it, ready to be gone through.
struct QuickCheck::Rule {
  struct Member {
    const Rule* rule = nullptr;
    bool required = false;
  };
  static constexpr std::size_t kAny = std::numeric_limits<std::size_t>::max();

  unsigned types = ~0u;  ///< a bit for each of nlohmann's
  double minimum = -std::numeric_limits<double>::infinity();
  std::size_t shortest = 0, longest = kAny;  ///< of a text
  std::size_t fewest = 0, most = kAny;       ///< members of an object
  std::vector<Json> allowed;                 ///< empty: anything
  bool closed = false;                       ///< keys are named, and no others are
  std::map<std::string, Member> members;
  const Rule *items = nullptr, *others = nullptr;  ///< null: anything
};

namespace {

using Rule = QuickCheck::Rule;

unsigned bit(Json::value_t type) { return 1u << static_cast<unsigned>(type); }

/// 0: no type of JSON.
unsigned type_bits(const std::string& name) {
  using Type = Json::value_t;
  const unsigned whole = bit(Type::number_integer) | bit(Type::number_unsigned);
  if (name == "null") return bit(Type::null);
  if (name == "boolean") return bit(Type::boolean);
  if (name == "string") return bit(Type::string);
  if (name == "array") return bit(Type::array);
  if (name == "object") return bit(Type::object);
  if (name == "integer") return whole;
  return name == "number" ? whole | bit(Type::number_float) : 0;
}

/// Makes the rules of one schema.
class Rules {
 public:
  explicit Rules(const Json& whole) : whole_(whole) {}

  /// Null where the schema says what no rule can.
  const Rule* of(const Json& given) {
    const Json* schema = resolved(given);
    if (schema == nullptr || !schema->is_object()) return refuse();
    const auto [at, fresh] = made_.try_emplace(schema);
    if (!fresh) return at->second.get();  // it may hold itself
    at->second = std::make_unique<Rule>();
    Rule& rule = *at->second;
    for (const auto& [keyword, content] : schema->items()) add(keyword, content, rule);
    rule.closed = schema->contains("properties") && rule.others == nullptr;
    for (const auto& [name, member] : rule.members)
      if (member.rule == nullptr) return refuse();
    return &rule;
  }
  [[nodiscard]] bool complete() const { return complete_; }
  std::vector<std::unique_ptr<const Rule>> take() {
    std::vector<std::unique_ptr<const Rule>> all;
    for (auto& [schema, rule] : made_) all.push_back(std::move(rule));
    return all;
  }

 private:
  const Rule* refuse() {
    complete_ = false;
    return nullptr;
  }
  /// What a reference refers to, beside which nothing counts; null: nothing that is known.
  [[nodiscard]] const Json* resolved(const Json& schema) const {
    constexpr std::string_view kDefinitions = "#/definitions/";
    if (!schema.is_object() || !schema.contains("$ref")) return &schema;
    const std::string name = schema["$ref"].get<std::string>();
    if (!name.starts_with(kDefinitions) || !whole_.contains("definitions")) return nullptr;
    const auto found = whole_["definitions"].find(name.substr(kDefinitions.size()));
    return found == whole_["definitions"].end() || found->contains("$ref") ? nullptr : &*found;
  }
  void add(const std::string& keyword, const Json& content, Rule& rule) {
    constexpr std::string_view kSayNothing[] = {"$schema", "title", "description", "definitions"};
    if (std::ranges::find(kSayNothing, keyword) != std::end(kSayNothing)) return;
    if (keyword == "type") {
      rule.types = 0;
      for (const Json& name : content.is_array() ? content : Json::array({content}))
        rule.types |= type_bits(name.get<std::string>());
    } else if (keyword == "const") {
      rule.allowed = {content};
    } else if (keyword == "enum") {
      rule.allowed = content.get<std::vector<Json>>();
    } else if (keyword == "minimum") {
      rule.minimum = content.get<double>();
    } else if (keyword == "items") {
      rule.items = of(content);
    } else if (keyword == "additionalProperties") {
      rule.others = of(content);
    } else if (keyword == "properties") {
      for (const auto& [name, schema] : content.items()) rule.members[name].rule = of(schema);
    } else if (keyword == "required") {
      for (const Json& name : content) rule.members[name.get<std::string>()].required = true;
    } else {
      add_size(keyword, content, rule);
    }
  }
  void add_size(const std::string& keyword, const Json& content, Rule& rule) {
    const std::pair<std::string_view, std::size_t&> sizes[] = {{"minLength", rule.shortest},
                                                               {"maxLength", rule.longest},
                                                               {"minProperties", rule.fewest},
                                                               {"maxProperties", rule.most}};
    const auto found = std::ranges::find(sizes, keyword, [](const auto& each) { return each.first; });
    if (found == std::end(sizes)) return void(refuse());
    found->second = content.get<std::size_t>();
  }

  const Json& whole_;
  bool complete_ = true;
  std::map<const Json*, std::unique_ptr<Rule>> made_;
};

/// In code points.
bool has_length(const Rule& rule, const std::string& text) {
  if (rule.shortest == 0 && rule.longest == Rule::kAny) return true;
  const auto length = static_cast<std::size_t>(
      std::ranges::count_if(text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }));
  return length >= rule.shortest && length <= rule.longest;
}

bool fits(const Rule& rule, const Json& value);

bool members_fit(const Rule& rule, const Json::object_t& object) {
  if (object.size() < rule.fewest || object.size() > rule.most) return false;
  auto named = rule.members.begin();  // both are in the order of their keys
  const auto passed_over = [](const auto& member) { return !member.second.required; };
  for (const auto& [key, value] : object) {
    for (; named != rule.members.end() && named->first < key; ++named)
      if (!passed_over(*named)) return false;
    const bool known = named != rule.members.end() && named->first == key;
    if (!known && rule.closed) return false;
    const Rule* own = known ? (named++)->second.rule : rule.others;
    if (own != nullptr && !fits(*own, value)) return false;
  }
  return std::all_of(named, rule.members.end(), passed_over);
}

bool fits(const Rule& rule, const Json& value) {
  if ((rule.types & bit(value.type())) == 0) return false;
  const auto is_value = [&](const Json& each) { return each.type() == value.type() && each == value; };
  if (!rule.allowed.empty() && std::ranges::none_of(rule.allowed, is_value)) return false;
  if (value.is_number()) return value.get<double>() >= rule.minimum;
  if (value.is_string()) return has_length(rule, value.get_ref<const std::string&>());
  if (value.is_object()) return members_fit(rule, value.get_ref<const Json::object_t&>());
  if (!value.is_array() || rule.items == nullptr) return true;
  return std::ranges::all_of(value, [&](const Json& item) { return fits(*rule.items, item); });
}

}  // namespace

QuickCheck::QuickCheck(const Json& schema) {
  Rules rules(schema);
  const Rule* root = rules.of(schema);
  if (rules.complete()) root_ = root;
  rules_ = rules.take();
}

QuickCheck::~QuickCheck() = default;
QuickCheck::QuickCheck(QuickCheck&&) noexcept = default;

bool QuickCheck::accepts(const Json& value) const { return root_ != nullptr && fits(*root_, value); }

}  // namespace physgrad
