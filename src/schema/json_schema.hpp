#pragma once
// A value against a JSON Schema of draft 7. All that includes valijson is behind this header: it takes long to compile.
#include <memory>
#include <string>
#include <vector>

#include "physgrad/files/json.hpp"

namespace physgrad {

/// One place where a value is not as the schema says.
struct SchemaMismatch {
  std::vector<std::string> place;  ///< keys and indices from the root
  std::string rule;                ///< the validator's words
};

class JsonSchema {
 public:
  /// Throws std::runtime_error for what is no schema.
  explicit JsonSchema(const Json& schema);
  ~JsonSchema();
  JsonSchema(JsonSchema&&) noexcept;
  JsonSchema& operator=(JsonSchema&&) = delete;

  /// The innermost places alone; none where the value is valid.
  [[nodiscard]] std::vector<SchemaMismatch> mismatches(const Json& value) const;

 private:
  struct Parsed;
  std::unique_ptr<const Parsed> parsed_;
};

}  // namespace physgrad
