// What list shows, and what may be chosen of it.
#include "physgrad/pages/catalogue_listing.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "built_in.hpp"
#include "physgrad/files/json.hpp"

namespace physgrad {
namespace {

Json listed(const ListingRequest& request) { return parse_json(listing_json(built_in(), request), "list.json"); }

std::vector<std::string> values(const Json& list, const char* key) {
  std::vector<std::string> result;
  for (const Json& item : list)
    if (result.empty() || result.back() != item.at(key)) result.push_back(item.at(key));
  return result;
}

TEST(Listing, PatternsChoose) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(values(listed({"problems", {"he*", "burgers"}, {}, {}})["problems"], "name"), (Names{"burgers", "heat"}));
  EXPECT_EQ(values(listed({"methods", {"[hg][in]*"}, {}, {}})["methods"], "name"),
            (Names{"gn", "gn-nystrom", "hig", "hig-nystrom", "hig-physics"}));
  EXPECT_EQ(values(listed({"parts", {"half-inverse"}, {}, {}})["parts"], "place"), (Names{"network", "physics"}));
  const Json pairs = listed({"pairs", {}, {"heat"}, {"pg", "gn"}})["pairs"];
  EXPECT_EQ(values(pairs, "problem"), Names{"heat"});
  EXPECT_EQ(values(pairs, "method"), (Names{"gn", "pg"}));
}

TEST(Listing, ASelectionShowsWhatItIsAbout) {
  const auto keys = [](const ListingRequest& request) {
    std::vector<std::string> result;
    const auto json = listed(request);
    for (const auto& [key, value] : json.items()) result.push_back(key);
    return result;  // in alphabetical order
  };
  EXPECT_EQ(keys({}), (std::vector<std::string>{"methods", "pairs", "parts", "problems"}));
  EXPECT_EQ(keys({"", {}, {"heat"}, {}}), (std::vector<std::string>{"pairs", "problems"}));
  EXPECT_EQ(keys({"", {}, {}, {"gn"}}), (std::vector<std::string>{"methods", "pairs"}));
  const std::string text = listing_text(built_in(), {"", {}, {"heat"}, {"gn"}});
  EXPECT_TRUE(text.starts_with("Problems\n  heat ")) << text;
  EXPECT_NE(text.find("\nMethods\n  gn "), std::string::npos) << text;
  EXPECT_TRUE(text.ends_with("Pairs ('-' cannot run)\n  heat                   gn\n")) << text;
}

TEST(Listing, WhatWouldChangeNothingIsRefused) {
  const auto complaint = [](const ListingRequest& request) -> std::string {
    try {
      (void)listing_text(built_in(), request);
    } catch (const UsageError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(complaint({"pairs", {"heat"}, {}, {}}), "list pairs takes no names; --problem and --method select pairs");
  EXPECT_NE(complaint({"problems", {}, {}, {"gn"}}).find("list problems takes no --method"), std::string::npos);
  EXPECT_NE(complaint({"methods", {}, {"heat"}, {}}).find("list methods takes no --problem"), std::string::npos);
  EXPECT_NE(complaint({"parts", {}, {"heat"}, {}}).find("list parts takes no --problem or --method"),
            std::string::npos);
  EXPECT_NE(complaint({"problem", {}, {}, {}}).find("did you mean 'problems'"), std::string::npos);
  EXPECT_NE(complaint({"problems", {"heet"}, {}, {}}).find("did you mean 'heat'"), std::string::npos);
  EXPECT_NE(complaint({"parts", {"z*"}, {}, {}}).find("no part fits 'z*'"), std::string::npos);
}

}  // namespace
}  // namespace physgrad
