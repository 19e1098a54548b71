// libFuzzer's entry. What escapes fuzz_reader ends the program, which libFuzzer reports with the input that did it.
#include <cstddef>
#include <cstdint>

#include "fuzz/readers.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  physgrad::testing::fuzz_reader({reinterpret_cast<const char*>(data), size});
  return 0;
}
