#pragma once
// What was learned, from weights that lie beside reports: the problem is built again from their settings, and its own
// simulator says where their controls lead.
#include <filesystem>
#include <string>
#include <vector>

#include "physgrad/catalogue/catalogue.hpp"
#include "physgrad/core/view.hpp"
#include "physgrad/record/record.hpp"

namespace physgrad {

class LearnedCells {
 public:
  /// `from`: run directories, or the report.json in them, in which weights are looked for in this order. `sample`:
  /// which held-out sample of the cell's seed is shown. The catalogue must outlive this.
  LearnedCells(const Catalogue& catalogue, const std::vector<std::string>& from, Index sample)
      : catalogue_(catalogue), from_(from.begin(), from.end()), sample_(sample) {}

  /// Whether there is a folder of weights beside any of them.
  [[nodiscard]] bool any() const;
  /// What the problem shows of a cell's weights, or why it cannot. Throws UsageError where the problem has not so many
  /// held-out samples.
  [[nodiscard]] LearnedViews operator()(const CellRecord& cell) const;

 private:
  const Catalogue& catalogue_;
  std::vector<std::filesystem::path> from_;
  Index sample_;
};

}  // namespace physgrad
