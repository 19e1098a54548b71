#pragma once
// A place of a schema: what it says of a value, for messages, and which keys it knows.
#include <functional>
#include <string>
#include <vector>

#include "physgrad/files/json.hpp"

namespace physgrad {

class SchemaPlace {
 public:
  /// The root of a schema, which must outlive it.
  explicit SchemaPlace(const Json& schema) : SchemaPlace(schema, &schema) {}

  /// What holds for the member or item `token` of a value of this place; of nothing, where the schema says nothing.
  [[nodiscard]] SchemaPlace at(const std::string& token) const;
  /// "a whole number of at least 0 or null", "one of run, step"; empty where anything goes.
  [[nodiscard]] std::string expected() const;

  /// Calls `visit` with the pointer of every key of `value` that the schema does not name where it names keys, and the
  /// keys that it may be meant as. `pointer` is that of `value`.
  using UnknownKey =
      std::function<void(const std::string& pointer, const std::string& key, const std::vector<std::string>& likely)>;
  void each_unknown_key(const Json& value, const std::string& pointer, const UnknownKey& visit) const;

 private:
  SchemaPlace(const Json& root, const Json* node);
  [[nodiscard]] const Json* member(const char* key) const;  ///< null: not there
  [[nodiscard]] bool names_keys() const;                    ///< here or further in
  const Json* root_;
  const Json* node_;  ///< no reference; null: nothing is said
};

/// A JSON Pointer with one more part (RFC 6901).
[[nodiscard]] std::string joined_pointer(const std::string& pointer, const std::string& token);

}  // namespace physgrad
