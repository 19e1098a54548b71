#include "verbs.hpp"

#include <fmt/format.h>

#include "standard_streams.hpp"

namespace physgrad::driver {

std::string Call::help(std::string text) const {
  constexpr std::string_view kStandsForIt = "physgrad-bench";
  for (std::size_t at = text.find(kStandsForIt); at != std::string::npos;
       at = text.find(kStandsForIt, at + program.size()))
    text.replace(at, kStandsForIt.size(), program);
  return text;
}

void Call::tell(std::string_view message) const { driver::tell(fmt::format("{}: {}\n", program, message)); }

}  // namespace physgrad::driver
