#pragma once
// The JSON Schemas (draft 7) of results/schema as they were when the program was built.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace physgrad {

/// By name: "report" of results/schema/report.schema.json.
[[nodiscard]] std::vector<std::pair<std::string, std::string_view>> embedded_schemas();
/// Throws UsageError for an unknown name.
[[nodiscard]] std::string_view schema_text(const std::string& name);

}  // namespace physgrad
