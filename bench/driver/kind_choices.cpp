#include "kind_choices.hpp"

#include <fmt/format.h>

namespace physgrad::driver {

void add_budgets(CLI::App& verb, std::vector<double>& budgets) {
  verb.add_option("--budgets", budgets,
                  "of budgets: training seconds to read the curves at (1.8,10,30,120, or shares of a shorter training)")
      ->delimiter(',');
}

void add_group(CLI::App& verb, std::string& group, const std::string& kind) {
  verb.add_option("--group", group, fmt::format("of {}: a line for each method or family (default method)", kind));
}

}  // namespace physgrad::driver
