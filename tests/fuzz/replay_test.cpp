// What the fuzzer starts from and what it once found, and thousands of simple mutations of both, in every test run and
// under gcc's sanitizers.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "built_in.hpp"
#include "fuzz/readers.hpp"
#include "physgrad/files/files.hpp"

namespace physgrad {
namespace {

struct Input {
  std::string name, text;
};

std::vector<Input> inputs() {
  std::vector<Input> result;
  for (const char* folder : {"corpus", "regressions"})
    for (const auto& entry :
         std::filesystem::directory_iterator(std::filesystem::path(PHYSGRAD_SOURCE_DIR) / "tests" / "fuzz" / folder))
      result.push_back({entry.path().filename().string(), read_text_file(entry.path())});
  std::ranges::sort(result, {}, &Input::name);
  return result;
}

void expect_harmless(const std::string& text, const std::string& what) {
  EXPECT_NO_THROW(testing::fuzz_reader(built_in(), text)) << what << "\n" << text.substr(0, 2000);
}

/// Positions of `text` that `is_place` names, at most `most` of them, spread evenly.
std::vector<std::size_t> places(const std::string& text, std::size_t most,
                                const std::function<bool(std::size_t)>& is_place) {
  std::vector<std::size_t> all, result;
  for (std::size_t at = text.find('\n') + 1; at < text.size(); ++at)
    if (is_place(at)) all.push_back(at);
  const std::size_t stride = std::max<std::size_t>(1, (all.size() + most - 1) / most);
  for (std::size_t i = 0; i < all.size(); i += stride) result.push_back(all[i]);
  return result;
}

std::vector<std::size_t> number_places(const std::string& text, std::size_t most) {
  const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
  return places(text, most, [&](std::size_t at) { return digit(at) && std::string(":,[=-").find(text[at - 1]) < 5; });
}

std::string with_number(const std::string& text, std::size_t at, const std::string& number) {
  std::size_t end = at;
  while (end < text.size() && std::string("0123456789.eE+-").find(text[end]) != std::string::npos) ++end;
  return text.substr(0, at) + number + text.substr(end);
}

TEST(Fuzz, CorpusAndRegressionsAreHarmless) {
  EXPECT_GE(inputs().size(), 20u);
  for (const Input& input : inputs()) expect_harmless(input.text, input.name);
}

TEST(Fuzz, Truncations) {
  for (const Input& input : inputs())
    for (const std::size_t at : places(input.text, 60, [](std::size_t) { return true; }))
      expect_harmless(input.text.substr(0, at), input.name);
}

TEST(Fuzz, OtherNumbers) {
  for (const Input& input : inputs())
    for (const std::size_t at : number_places(input.text, 4))
      for (const char* number : {"NaN", "Infinity", "1e400", "-1", "1e18", "null", "\"1\"", "0.5", "[]"})
        expect_harmless(with_number(input.text, at, number), input.name);
}

TEST(Fuzz, KeysDeletedDoubledAndCut) {
  for (const Input& input : inputs()) {
    const std::string& text = input.text;
    // A key ends at ':'; what follows it up to the next ',' is its value or the start of it.
    for (const std::size_t colon : places(text, 8, [&](std::size_t at) { return text[at] == ':'; })) {
      const std::size_t start = text.rfind('"', colon - 2), end = text.find(',', colon);
      if (start == std::string::npos || end == std::string::npos || start > colon) continue;
      const std::string entry = text.substr(start, end + 1 - start);
      expect_harmless(text.substr(0, start) + text.substr(end + 1), input.name);
      expect_harmless(text.substr(0, start) + entry + text.substr(start), input.name);
      expect_harmless(text.substr(0, start + 1) + "\xe2\x82" + text.substr(start + 1), input.name);
      expect_harmless(text.substr(0, start + 1) + "\\n\\u001b[31m" + text.substr(start + 1), input.name);
    }
  }
}

TEST(Fuzz, DeepNesting) {
  for (const Input& input : inputs())
    for (const std::size_t at : number_places(input.text, 1))
      for (const std::size_t depth : {60u, 70u, 20000u}) {
        const std::string nested = std::string(depth, '[') + "1" + std::string(depth, ']');
        expect_harmless(with_number(input.text, at, nested), input.name);
      }
}

TEST(Fuzz, ChangedBytes) {
  std::mt19937 random(0);
  const auto below = [&](std::size_t bound) { return static_cast<std::size_t>(random()) % bound; };
  for (const Input& input : inputs())
    for (int i = 0; i < 24; ++i) {
      std::string text = input.text;
      for (std::size_t changes = 1 + below(3); changes > 0; --changes)
        text[below(text.size())] = static_cast<char>(i % 2 == 0 ? below(256) : 32 + below(95));
      expect_harmless(text, input.name);
    }
}

}  // namespace
}  // namespace physgrad
