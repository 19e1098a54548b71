#include "physgrad/record/report.hpp"

namespace physgrad {

RunHeader::RunHeader() = default;
RunHeader::RunHeader(const RunHeader&) = default;
RunHeader::RunHeader(RunHeader&&) noexcept = default;
RunHeader& RunHeader::operator=(const RunHeader&) = default;
RunHeader& RunHeader::operator=(RunHeader&&) noexcept = default;
RunHeader::~RunHeader() = default;

double tuning_seconds(const RunHeader& header, const CellKey& cell) {
  for (const TuningNote& note : header.tuning)
    if (note.problem == cell.problem && note.method == cell.method) return note.seconds;
  return kAbsent;
}

bool succeeded(const CellRecord& cell) {
  const bool planned_end =
      cell.status == Status::completed || cell.status == Status::time_budget || cell.status == Status::target_reached;
  return planned_end && cell.steps > 0;
}

}  // namespace physgrad
