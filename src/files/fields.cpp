#include "physgrad/files/fields.hpp"

#include <algorithm>
#include <limits>

namespace physgrad {

OrderedJson value_json(double value, Form form) { return form == Form::whole ? count_json(value) : number_json(value); }
OrderedJson value_json(long value, Form /*form*/) { return value; }
OrderedJson value_json(int value, Form /*form*/) { return value; }
OrderedJson value_json(bool value, Form /*form*/) { return value; }
OrderedJson value_json(const std::string& value, Form form) {
  return form == Form::or_null && value.empty() ? OrderedJson(nullptr) : OrderedJson(value);
}
OrderedJson value_json(const std::vector<std::string>& value, Form /*form*/) { return value; }
OrderedJson value_json(const std::vector<double>& value, Form form) {
  OrderedJson list = OrderedJson::array();
  list.get_ref<OrderedJson::array_t&>().reserve(value.size());
  for (const double each : value) list.push_back(value_json(each, form));
  return list;
}

void read_value(const JsonView& json, double& value) { value = json.number(); }
void read_value(const JsonView& json, long& value) { value = json.count(); }
void read_value(const JsonView& json, int& value) {
  using Int = std::numeric_limits<int>;
  value = static_cast<int>(std::clamp<long>(json.integer(), Int::min(), Int::max()));
}
void read_value(const JsonView& json, bool& value) { value = json.boolean(); }
void read_value(const JsonView& json, std::string& value) { value = json.text(); }
void read_value(const JsonView& json, std::vector<std::string>& value) { value = json.texts(); }
void read_value(const JsonView& json, std::vector<double>& value) { value = json.numbers(); }

}  // namespace physgrad
