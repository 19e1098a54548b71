#include "physgrad/toolbox/self_scaled.hpp"

namespace physgrad::methods {

MethodDefinition ssbfgs() { return self_scaled_method(SelfScaled::bfgs); }

}  // namespace physgrad::methods
