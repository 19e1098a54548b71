#include "physgrad/schema/json_schema.hpp"

#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

namespace physgrad {

using Adapter = valijson::adapters::NlohmannJsonAdapter;

struct JsonSchema::Parsed {
  valijson::Schema schema;
};

JsonSchema::JsonSchema(const Json& schema) {
  auto parsed = std::make_unique<Parsed>();
  valijson::SchemaParser(valijson::SchemaParser::kDraft7).populateSchema(Adapter(schema), parsed->schema);
  parsed_ = std::move(parsed);
}

JsonSchema::~JsonSchema() = default;
JsonSchema::JsonSchema(JsonSchema&&) noexcept = default;

std::vector<SchemaMismatch> JsonSchema::mismatches(const Json& value) const {
  valijson::ValidationResults results;
  if (valijson::Validator().validate(parsed_->schema, Adapter(value), &results)) return {};
  std::vector<SchemaMismatch> found;
  for (valijson::ValidationResults::Error error; results.popError(error);) {
    // What holds a mismatch is reported once more, as such.
    if (error.description.starts_with("Failed to validate")) continue;
    SchemaMismatch mismatch{{}, std::move(error.description)};
    for (std::size_t i = 1; i < error.context.size(); ++i)  // after "<root>"; each is "[key]"
      mismatch.place.push_back(error.context[i].substr(1, error.context[i].size() - 2));
    found.push_back(std::move(mismatch));
  }
  if (found.empty()) found.push_back({{}, "Does not match the schema."});
  return found;
}

}  // namespace physgrad
