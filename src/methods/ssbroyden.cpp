#include "physgrad/toolbox/self_scaled.hpp"

namespace physgrad::methods {

MethodDefinition ssbroyden() { return self_scaled_method(SelfScaled::broyden); }

}  // namespace physgrad::methods
