#pragma once
// Options that are numbers: read by the program's own reader (core/numbers.hpp), because the parser's takes 010 for
// octal and lets what is too large overflow.
#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>

#include "physgrad/core/numbers.hpp"

namespace physgrad::driver {

/// An option whose value must be above 0.
template <class Number>
CLI::Option* add_positive(CLI::App& verb, const std::string& name, Number& value, const std::string& text) {
  return verb
      .add_option_function<std::string>(
          name, [name, &value](const std::string& given) { value = positive_number(name, given); }, text)
      ->type_name("NUMBER");
}

/// An option whose value is a whole number from low to high.
template <class Number>
CLI::Option* add_whole(CLI::App& verb, const std::string& name, Number& value, std::uint64_t low, std::uint64_t high,
                       const std::string& text) {
  const auto read = [name, &value, low, high](const std::string& given) {
    const std::uint64_t number = whole_number(name, given, low, high);
    if constexpr (std::is_same_v<Number, std::optional<long>>)
      value = static_cast<long>(number);
    else
      value = static_cast<Number>(number);
  };
  return verb.add_option_function<std::string>(name, read, text)->type_name("WHOLE");
}

}  // namespace physgrad::driver
