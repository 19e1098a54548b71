// A library for LD_PRELOAD: an OpenBLAS that takes every processor for a Prescott, and does as OPENBLAS_CORETYPE says.
#include <cstdlib>

extern "C" __attribute__((visibility("default"))) const char* openblas_get_corename() {
  const char* asked = std::getenv("OPENBLAS_CORETYPE");
  return asked != nullptr ? asked : "Prescott";
}
