#pragma once
// The members of a struct as keys of a JSON object: one table says how they are written and how they are read.
#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "physgrad/files/json.hpp"

namespace physgrad {

/// How a value is written where its kind leaves a choice.
enum class Form {
  plain,
  whole,    ///< a number without a decimal point where it is whole
  or_null,  ///< an empty text is null
};

template <class Owner>
struct Field {
  const char* key;
  std::variant<double Owner::*, long Owner::*, int Owner::*, bool Owner::*, std::string Owner::*,
               std::vector<std::string> Owner::*, std::vector<double> Owner::*>
      member;
  Form form = Form::plain;
  bool required = true;  ///< false: not in what older programs wrote, and then as it is
};

[[nodiscard]] OrderedJson value_json(double value, Form form);
[[nodiscard]] OrderedJson value_json(long value, Form form);
[[nodiscard]] OrderedJson value_json(int value, Form form);
[[nodiscard]] OrderedJson value_json(bool value, Form form);
[[nodiscard]] OrderedJson value_json(const std::string& value, Form form);
[[nodiscard]] OrderedJson value_json(const std::vector<std::string>& value, Form form);
[[nodiscard]] OrderedJson value_json(const std::vector<double>& value, Form form);

// Throw ReadError for another kind of value. A long is at least 0; an int is cut to what fits.
void read_value(const JsonView& json, double& value);
void read_value(const JsonView& json, long& value);
void read_value(const JsonView& json, int& value);
void read_value(const JsonView& json, bool& value);
void read_value(const JsonView& json, std::string& value);
void read_value(const JsonView& json, std::vector<std::string>& value);
void read_value(const JsonView& json, std::vector<double>& value);

/// Adds the fields to an object, in the order of the table.
template <class Owner, std::size_t Count>
void add_fields(const Owner& owner, const Field<Owner> (&table)[Count], OrderedJson& json) {
  auto& members = json.get_ref<OrderedJson::object_t&>();
  make_room(members.size() + Count, json);
  for (const Field<Owner>& field : table)
    members[field.key] = std::visit([&](auto member) { return value_json(owner.*member, field.form); }, field.member);
}

/// The fields as an object.
template <class Owner, std::size_t Count>
[[nodiscard]] OrderedJson fields_json(const Owner& owner, const Field<Owner> (&table)[Count]) {
  OrderedJson json = OrderedJson::object();
  add_fields(owner, table, json);
  return json;
}

/// Throws ReadError for a missing key that is required, and for values of another kind.
template <class Owner, std::size_t Count>
void read_fields(const JsonView& json, const Field<Owner> (&table)[Count], Owner& owner) {
  for (const Field<Owner>& field : table)
    if (const auto found = field.required ? json.at(field.key) : json.find(field.key))
      std::visit([&](auto member) { read_value(*found, owner.*member); }, field.member);
}

}  // namespace physgrad
