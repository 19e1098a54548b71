#pragma once
// The page of a report: one self-contained HTML file that opens with the answer.
#include <string>
#include <vector>

#include "physgrad/claims/claim_verdict.hpp"
#include "physgrad/tables/learned_figures.hpp"
#include "physgrad/tables/report_set.hpp"

namespace physgrad {

struct PageContent {
  std::string title;
  const ReportSet& reports;
  const std::vector<Claim>& claims;
  const std::vector<ClaimResult>& results;  ///< of the claims, in order
  std::string command;                      ///< that makes this page again
  LearnedSource learned = {};               ///< null where no weights were saved
};

struct Page {
  std::string html;
  std::string remark;  ///< why it has no pictures; empty where it has
};

/// Sections for the answer, overviews, the sources' claims of advantages, each problem, break-even, claims, and how all
/// was measured; each has an anchor. Pictures take gnuplot (pages/gnuplot.hpp); without it the page is made of tables.
[[nodiscard]] Page report_page(const PageContent& content);

}  // namespace physgrad
