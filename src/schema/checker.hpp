#pragma once
// One of the embedded schemas, with messages for people.
#include <set>
#include <string>

#include "physgrad/schema/json_schema.hpp"
#include "physgrad/schema/quick_check.hpp"
#include "physgrad/schema/schema_place.hpp"
#include "physgrad/schema/validate.hpp"

namespace physgrad {

/// Collects what is found in a file; counts all and keeps the first.
class Findings {
 public:
  explicit Findings(std::size_t most) : most_(most) {}
  void problem(const std::string& place, const std::string& message) { add(place, message, false); }
  void warning(const std::string& place, const std::string& message) { add(place, message, true); }
  void move_to(Validation& result);

 private:
  void add(const std::string& place, const std::string& message, bool warning);
  std::size_t most_;
  Validation found_;
};

class Checker {
 public:
  explicit Checker(const std::string& name);
  /// The definition `part` of the schema alone.
  [[nodiscard]] static Checker definition(const std::string& name, const std::string& part);

  /// Whether `value`, which stands at `pointer`, is valid; what is wrong goes to `findings`, keys that the schema does
  /// not name as warnings.
  bool check(const Json& value, const std::string& pointer, Findings& findings) const;

 private:
  explicit Checker(Json schema);
  Json schema_;
  JsonSchema rules_;
  QuickCheck quick_;
};

}  // namespace physgrad
