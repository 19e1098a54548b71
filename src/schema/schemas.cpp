#include "physgrad/schema/schemas.hpp"

#include "physgrad/core/settings.hpp"

namespace physgrad {

std::string_view schema_text(const std::string& name) {
  std::vector<std::string> known;
  for (const auto& [each, text] : embedded_schemas()) {
    if (each == name) return text;
    known.push_back(each);
  }
  throw UsageError(unknown_name_message("schema", name, known));
}

}  // namespace physgrad
