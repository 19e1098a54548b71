// The contracts over the entries of this repository.
#include "built_in.hpp"
#include "contract/under_test.hpp"

namespace physgrad::testing {

const UnderTest& under_test() {
  static const UnderTest all{built_in(), built_in().problem_names(), built_in().method_names(),
                             built_in().parts().parts()};
  return all;
}

}  // namespace physgrad::testing
