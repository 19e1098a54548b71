#include "physgrad/schema/schema_place.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace physgrad {
namespace {

constexpr std::string_view kDefinition = "#/definitions/";

std::string type_name(const std::string& type) {
  if (type == "integer") return "a whole number";
  if (type == "number") return "a number";
  if (type == "string") return "a text";
  if (type == "boolean") return "true or false";
  if (type == "array") return "a list";
  return type == "object" ? "an object" : type;
}

/// What a key that is not known may be meant as: one that has to be there and is not, or else any.
std::vector<std::string> likely_keys(const Json& named, const Json* required, const Json& value) {
  std::vector<std::string> missing, all;
  for (const auto& [each, schema] : named.items()) all.push_back(each);
  if (required != nullptr)
    for (const Json& each : *required)
      if (!value.contains(each.get<std::string>())) missing.push_back(each.get<std::string>());
  return missing.empty() ? all : missing;
}

std::string text_of_value(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

}  // namespace

SchemaPlace::SchemaPlace(const Json& root, const Json* node) : root_(&root), node_(node) {
  while (const Json* reference = member("$ref")) {
    const std::string name = reference->get<std::string>().substr(kDefinition.size());
    node_ = &root_->at("definitions").at(name);
  }
}

const Json* SchemaPlace::member(const char* key) const {
  if (node_ == nullptr || !node_->is_object()) return nullptr;
  const auto found = node_->find(key);
  return found == node_->end() ? nullptr : &*found;
}

SchemaPlace SchemaPlace::at(const std::string& token) const {
  if (const Json* items = member("items")) return {*root_, items};
  if (const Json* named = member("properties"); named != nullptr && named->contains(token))
    return {*root_, &named->at(token)};
  return {*root_, member("additionalProperties")};
}

std::string SchemaPlace::expected() const {
  if (const Json* only = member("const")) return text_of_value(*only);
  std::vector<std::string> words;
  if (const Json* choices = member("enum")) {
    for (const Json& choice : *choices) words.push_back(text_of_value(choice));
    return fmt::format("one of {}", fmt::join(words, ", "));
  }
  const Json* types = member("type");
  if (types == nullptr) return {};
  for (const Json& type : types->is_array() ? *types : Json::array({*types})) words.push_back(type_name(type));
  if (const Json* least = member("minimum")) words.front() += " of at least " + least->dump();
  return fmt::format("{}", fmt::join(words, " or "));
}

bool SchemaPlace::names_keys() const {
  if (member("properties") != nullptr) return true;
  for (const char* inside : {"items", "additionalProperties"})
    if (const Json* further = member(inside); further != nullptr && SchemaPlace(*root_, further).names_keys())
      return true;
  return false;
}

void SchemaPlace::each_unknown_key(const Json& value, const std::string& pointer, const UnknownKey& visit) const {
  if (!names_keys()) return;
  if (value.is_array())
    for (std::size_t i = 0; i < value.size(); ++i)
      if (value[i].is_structured())
        at({}).each_unknown_key(value[i], joined_pointer(pointer, std::to_string(i)), visit);
  if (!value.is_object()) return;
  const Json* named = member("properties");
  for (const auto& [key, inside] : value.items()) {
    if (named != nullptr && !named->contains(key) && member("additionalProperties") == nullptr) {
      visit(joined_pointer(pointer, key), key, likely_keys(*named, member("required"), value));
    } else if (inside.is_structured()) {
      at(key).each_unknown_key(inside, joined_pointer(pointer, key), visit);
    }
  }
}

std::string joined_pointer(const std::string& pointer, const std::string& token) {
  std::string result = pointer + "/";
  for (const char letter : token) {
    if (letter == '~')
      result += "~0";
    else if (letter == '/')
      result += "~1";
    else
      result += letter;
  }
  return result;
}

}  // namespace physgrad
