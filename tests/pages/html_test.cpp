// Whatever a report holds stays text on the page.
#include "physgrad/pages/html.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace physgrad {
namespace {

TEST(Html, TextIsNeverMarkup) {
  EXPECT_EQ(escaped_html("<script>alert('&\"')</script>"), "&lt;script&gt;alert(&#39;&amp;&quot;&#39;)&lt;/script&gt;");
  EXPECT_EQ(escaped_html("a\nb").find('\n'), std::string::npos);
}

TEST(Html, AnchorsArePlainAndUnique) {
  Anchors anchors;
  EXPECT_EQ(anchors.make("Two-body (budget=1)"), "two-body-budget-1");
  EXPECT_EQ(anchors.make("two body budget 1"), "two-body-budget-1-2");
  EXPECT_EQ(anchors.make("\xc3\xa9"), "section");
}

TEST(Html, ATableSortsByNumbersAndKeepsItsMarkup) {
  Table table{"<t>", "g", {{"method", false}, {"loss"}}, {}, {"a & b"}};
  Entry best = number_entry(0.5);
  best.best = true;
  table.rows = {{text_entry("x"), best},
                {text_entry("y"), time_entry(std::numeric_limits<double>::infinity())},
                {text_entry("z"), number_entry(std::numeric_limits<double>::quiet_NaN())}};
  const std::string html = html_table(table);
  EXPECT_NE(html.find("<caption>&lt;t&gt;</caption>"), std::string::npos) << html;
  EXPECT_NE(html.find("data-v=\"0.5\"><strong"), std::string::npos) << html;
  EXPECT_NE(html.find("data-v=\"1e999\">miss"), std::string::npos) << html;
  EXPECT_NE(html.find("<td class=\"n\">-</td>"), std::string::npos) << html;
  EXPECT_NE(html.find("<th scope=\"row\">x</th>"), std::string::npos) << html;
  EXPECT_NE(html.find("a &amp; b"), std::string::npos) << html;
}

}  // namespace
}  // namespace physgrad
