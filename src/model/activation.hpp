#pragma once
// Activations and their slopes.
#include <string>
#include <vector>

#include "physgrad/core/types.hpp"

namespace physgrad {

enum class Activation { tanh, relu, sigmoid, identity };

/// Throws UsageError for an unknown name.
[[nodiscard]] Activation parse_activation(const std::string& name);
[[nodiscard]] std::string to_text(Activation activation);
[[nodiscard]] std::vector<std::string> activation_names();

/// Every entry z becomes activation(z). Allocates nothing.
void activate(Activation activation, Matrix& values);
/// activation'(z) in terms of activation(z), which all activations here permit (relu's slope at 0 is 0).
void slope_from_value(Activation activation, const Matrix& value, Matrix& slope);

}  // namespace physgrad
