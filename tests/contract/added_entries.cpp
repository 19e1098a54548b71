// The contracts over what a program adds to the entries of the library.
#include "contract/under_test.hpp"
#include "physgrad/catalogue/extended.hpp"

namespace physgrad::testing {
namespace {

std::vector<std::string> without(std::vector<std::string> names, const std::vector<std::string>& others) {
  std::erase_if(names, [&](const std::string& name) { return contains(others, name); });
  return names;
}

std::vector<Part> without(std::vector<Part> parts, const PartTable& others) {
  std::erase_if(parts, [&](const Part& part) { return others.has(part.place, part.word); });
  return parts;
}

}  // namespace

const UnderTest& under_test() {
  static const UnderTest added = [] {
    const Catalogue all = extended_catalogue(), library = Catalogue::built_in();
    return UnderTest{all, without(all.problem_names(), library.problem_names()),
                     without(all.method_names(), library.method_names()),
                     without(all.parts().parts(), library.parts())};
  }();
  return added;
}

}  // namespace physgrad::testing
