// One pass builds the tree; a list of the root can be taken element by element; errors say where something stands.
#include "physgrad/files/json.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <thread>

namespace physgrad {
namespace {

template <typename Work>
std::string read_error_of(Work work) {
  try {
    work();
  } catch (const ReadError& error) {
    return error.what();
  }
  return "read";
}

TEST(Json, IsWhatTheLibraryReads) {
  const std::string text =
      R"({"a": [1, -2, 3.5, true, null, "x"], "b": {"c": [[], {}, [[1]]]}, "d": 18446744073709551615})";
  EXPECT_EQ(parse_json(text, "t"), Json::parse(text));
  for (const char* each : {"1", "\"x\"", "null", "[]", "{}"}) EXPECT_EQ(parse_json(each, "t"), Json::parse(each));
}

TEST(Json, AListIsTakenElementByElement) {
  std::vector<Json> taken;
  const Json rest = parse_json(R"({"n": {"cells": [0]}, "cells": [1, {"cells": [2, 3]}, [4]], "end": [5]})", "t",
                               "cells", [&](Json&& element, std::size_t index, const Json&) {
                                 EXPECT_EQ(index, taken.size());
                                 taken.push_back(std::move(element));
                               });
  EXPECT_EQ(taken, (std::vector<Json>{1, Json::parse(R"({"cells": [2, 3]})"), Json::parse("[4]")}));
  EXPECT_EQ(rest, Json::parse(R"({"n": {"cells": [0]}, "cells": [], "end": [5]})"));
}

TEST(Json, AFileIsReadAsItsTextIs) {
  const std::filesystem::path path = std::filesystem::path(::testing::TempDir()) / "json-of-a-file.json";
  std::string text = R"({"cells": [)";
  for (int i = 0; i < 100000; ++i)
    text += fmt::format("{}{{\"n\": {}}}", i == 0 ? "" : ",\n  ", i);  // of several pieces
  write_text_file(path, text + R"(], "end": "\u00e9"})");
  std::size_t count = 0;
  const auto taken = [&](const Json& element, std::size_t index, const Json&) {
    EXPECT_EQ(element["n"], index);
    ++count;
  };
  EXPECT_EQ(parse_json_file(path, "cells", taken), Json::parse(R"({"cells": [], "end": "\u00e9"})"));
  EXPECT_EQ(count, 100000u);
  const auto ignored = [](const Json&, std::size_t, const Json&) {};
  write_text_file(path, text);
  EXPECT_EQ(read_error_of([&] { (void)parse_json_file(path, "cells", ignored); }),
            read_error_of([&] { (void)parse_json(text, path.string(), "cells", ignored); }));
  EXPECT_NE(read_error_of([] { (void)parse_json_file("/nowhere", "cells", {}); }).find("cannot read '/nowhere'"),
            std::string::npos);
  std::filesystem::remove(path);
}

TEST(Json, WhatIsNoListStays) {
  const auto never = [](Json&&, std::size_t, const Json&) { FAIL(); };
  EXPECT_EQ(parse_json(R"({"cells": {"a": [1]}})", "t", "cells", never)["cells"]["a"][0], 1);
  EXPECT_EQ(parse_json(R"([{"cells": [1]}])", "t", "cells", never)[0]["cells"][0], 1);
}

TEST(Json, RefusesWhatADoubleOrAnObjectCannotHold) {
  const auto error_of = [](const std::string& text) { return read_error_of([&] { (void)parse_json(text, "t"); }); };
  EXPECT_EQ(error_of(R"({"a": {"b": 1, "b": 2}})"), "t: key 'b' appears twice in one object");
  EXPECT_EQ(error_of("[1e-999]"), "t: a double cannot hold the number 1e-999");
  EXPECT_NE(error_of("[1e999]"), "read");
  EXPECT_NE(error_of("{\"a\": 1"), "read");
  EXPECT_NE(error_of("[1] 2"), "read");
  EXPECT_NE(error_of("\"\xff\""), "read");
  EXPECT_EQ(error_of(std::string(64, '[') + std::string(64, ']')), "read");
  EXPECT_EQ(error_of(std::string(65, '[') + std::string(65, ']')), "t: nested deeper than 64 levels");
}

/// As nlohmann's parser has it: the value with the types of its numbers, or that it is none.
std::string by_the_library(const std::string& text) {
  const Json value = Json::parse(text, nullptr, false);
  return value.is_discarded() ? "refused" : fmt::format("{} {}", value.type_name(), value.dump());
}

std::string by_the_scanner(const std::string& text) {
  try {
    const Json value = parse_json(text, "t");
    return fmt::format("{} {}", value.type_name(), value.dump());
  } catch (const ReadError&) {
    return "refused";
  }
}

TEST(Json, EveryTextIsReadOrRefusedAsByTheLibrary) {
  const std::vector<std::string> texts = {
      // numbers
      "0", "-0", "-0.0", "10", "01", "-", "-a", "+1", ".5", "1.", "1.e3", "1e", "1e+", "1E+5", "1e-5", "0.1", "1-2",
      "18446744073709551615", "18446744073709551616", "-9223372036854775808", "-9223372036854775809", "4.9e-324",
      "2.2250738585072011e-308", "1.7976931348623157e308", "1.7976931348623159e308", "1e309", "-1e309", "0e999",
      "123456789012345678901234567890", "0.30000000000000004", "9007199254740993", "9007199254740993.0", "0x10", "NaN",
      "1_000", "1,5", "[1 2]",
      // structure
      "", " ", "[", "]", "[]", "[ ]", "[,]", "[1,]", "[1,,2]", "{", "}", "{}", "{ }", "{\"a\"}", "{\"a\":}",
      "{\"a\":1,}", "{\"a\" : 1 , \"b\":[ ] }", "{a:1}", "{1:1}", "[1}", "{\"a\":1]", "[] []", "[]x", " \t\r\n[\n]\n",
      "\v1", "tru", "true", "truex", "TRUE", "fals", "false", "nul", "null", "nulll", "// x\n1", "\xEF\xBB\xBF[1]",
      "\xEF\xBB[1]", "\xEF\xBB\xBF", "[1]\xEF\xBB\xBF", std::string("1\0", 2), std::string("\0", 1),
      std::string("[\0]", 3),
      // texts
      R"("")", R"("a)", R"("\"\\\/\b\f\n\r\t")", R"("\x")", R"("\)", "\"\t\"", "\"\x7f\"",
      R"("\u0041\u00e9\u20AC\ud83d\uDE00")", R"("\u0000")", R"("\u12")", R"("\u12g4")", R"("\ud800")",
      R"("\ud800\u0041")", R"("\ud800x")", R"("\udc00")", R"("\uD800\uD800")",
      "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"", "\"\x80\"", "\"\xc0\x80\"", "\"\xc1\xbf\"", "\"\xc3\"", "\"\xc3(\"",
      "\"\xe0\x9f\xbf\"", "\"\xe0\xa0\x80\"", "\"\xed\x9f\xbf\"", "\"\xed\xa0\x80\"", "\"\xf0\x8f\xbf\xbf\"",
      "\"\xf0\x90\x80\x80\"", "\"\xf4\x8f\xbf\xbf\"", "\"\xf4\x90\x80\x80\"", "\"\xf5\x80\x80\x80\"", "\"\xe2\x82\"",
      "\"\xff\"", std::string("\"\0\"", 3)};
  for (const std::string& text : texts) {
    EXPECT_EQ(by_the_scanner(text), by_the_library(text)) << text;
    const std::string inside = "{\"a\": [" + text + ", " + text + "]}";
    EXPECT_EQ(by_the_scanner(inside), by_the_library(inside)) << inside;
  }
}

TEST(Json, WhatIsWrongIsToldInTheWordsOfTheLibrary) {
  for (const std::string text : {"{\"cells\": [1, 2", "{\"cells\": [1, 2, tru]}", "[1e999]", "{\"cells\": [1, 2]} x"}) {
    std::string words;
    try {
      const Json value = Json::parse(text);
      ADD_FAILURE() << value;
    } catch (const Json::exception& error) {
      words = std::string(error.what()).substr(std::string(error.what()).find("] ") + 2);
    }
    std::vector<std::size_t> places;  // each element is handed over once, although the text is gone through again
    const auto taken = [&](const Json&, std::size_t place, const Json&) { places.push_back(place); };
    EXPECT_EQ(read_error_of([&] { (void)parse_json(text, "t", "cells", taken); }), "t: " + words);
    EXPECT_EQ(places, text.starts_with('[') ? std::vector<std::size_t>{} : (std::vector<std::size_t>{0, 1}));
  }
}

TEST(Json, APieceOfAFileMayEndAnywhere) {
  const std::filesystem::path path = std::filesystem::path(::testing::TempDir()) / "json-of-pieces.json";
  const std::string item = R"(["\ud83d\ude00\"\\)"
                           "\xf0\x9f\x98\x80\xc3\xa9"
                           R"(", -12.5e-3, true, null, {"key": 18446744073709551615}], )";
  for (std::size_t shift = 0; shift < item.size(); ++shift) {
    std::string text = "[\"" + std::string(shift, 'x') + "\", ";
    while (text.size() < (std::size_t{256} << 10) + item.size()) text += item;
    text += "0]";
    write_text_file(path, text);
    ASSERT_EQ(parse_json_file(path, "cells", {}), Json::parse(text)) << shift;
  }
  std::filesystem::remove(path);
}

TEST(Json, APipeIsReadOnce) {
  const std::filesystem::path path = std::filesystem::path(::testing::TempDir()) / "json-of-a-pipe";
  std::filesystem::remove(path);
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const auto read_of = [&](const std::string& text) {
    const std::jthread writer([&] { std::ofstream(path) << text; });
    std::string result;
    const std::string error = read_error_of([&] { result = parse_json_file(path, "cells", {}).dump(); });
    return result.empty() ? error : result;
  };
  EXPECT_EQ(read_of("[1, 2.5]"), "[1,2.5]");
  EXPECT_EQ(read_of("[1, 2.5"), read_error_of([&] { (void)parse_json("[1, 2.5", path.string()); }));
  std::filesystem::remove(path);
}

TEST(JsonView, SaysWhereSomethingStands) {
  const Json tree = parse_json(R"({"cells": [{"a": 1}, {"time": {"steps": [1, "x"]}}]})", "t");
  const JsonView view(tree, "report.json");
  EXPECT_EQ(read_error_of([&] { (void)view.at("cells").items()[1].at("time").at("steps").numbers(); }),
            "report.json: cells[1].time.steps[1]: expected a number, found string");
  EXPECT_EQ(read_error_of([&] { (void)view.at("cells").items()[0].at("b"); }),
            "report.json: cells[0]: key 'b' is missing");
  EXPECT_EQ(read_error_of([&] { (void)view.number(); }), "report.json: expected a number, found object");
  const JsonView element(tree["cells"][1], "report.json", "cells[1]");
  EXPECT_EQ(read_error_of([&] { (void)element.at("time").at("step"); }),
            "report.json: cells[1].time: key 'step' is missing");
}

}  // namespace
}  // namespace physgrad
