#pragma once
#include "physgrad/catalogue/catalogue.hpp"

namespace physgrad {

/// The catalogue that most tests work with, made once.
inline const Catalogue& built_in() {
  static const Catalogue catalogue = Catalogue::built_in();
  return catalogue;
}

}  // namespace physgrad
