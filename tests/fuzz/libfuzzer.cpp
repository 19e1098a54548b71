// libFuzzer's entry. What escapes fuzz_reader ends the program, which libFuzzer reports with the input that did it.
#include <cstddef>
#include <cstdint>

#include "fuzz/readers.hpp"
#include "physgrad/catalogue/extended.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const physgrad::Catalogue catalogue = physgrad::extended_catalogue();
  physgrad::testing::fuzz_reader(catalogue, {reinterpret_cast<const char*>(data), size});
  return 0;
}
