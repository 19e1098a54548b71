#pragma once
#include "physgrad/catalogue/catalogue.hpp"

namespace physgrad {

/// The catalogue of a program that adds entries, built_in() and these: cmake/Catalogue.cmake writes its source for
/// physgrad_add_bench() and physgrad_add_contract_tests(). Throws UsageError as Catalogue::add() does.
[[nodiscard]] Catalogue extended_catalogue();

}  // namespace physgrad
