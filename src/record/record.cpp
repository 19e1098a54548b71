#include "physgrad/record/record.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace physgrad {
namespace {
constexpr const char* kStatusNames[] = {"completed", "time_budget",   "target_reached", "diverged",
                                        "timeout",   "out_of_memory", "failed",         "skipped"};
}

const char* to_text(Status status) { return kStatusNames[static_cast<std::size_t>(status)]; }

Status parse_status(const std::string& text) {
  for (std::size_t i = 0; i < std::size(kStatusNames); ++i)
    if (text == kStatusNames[i]) return static_cast<Status>(i);
  throw std::invalid_argument(fmt::format("unknown status '{}'", text));
}

CellRecord::CellRecord() = default;
CellRecord::CellRecord(const CellRecord&) = default;
CellRecord::CellRecord(CellRecord&&) noexcept = default;
CellRecord& CellRecord::operator=(const CellRecord&) = default;
CellRecord& CellRecord::operator=(CellRecord&&) noexcept = default;
CellRecord::~CellRecord() = default;

}  // namespace physgrad
