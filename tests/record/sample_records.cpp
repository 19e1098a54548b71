#include "record/sample_records.hpp"

#include <utility>

namespace physgrad::testing {

CellRecord sample_cell(const std::string& method, std::uint64_t seed, double loss) {
  CellRecord cell;
  cell.key.problem = "heat";
  cell.key.method = method;
  cell.key.seed = seed;
  cell.status = Status::time_budget;
  cell.given = {{"rate", 0.1}};
  cell.used = {{"rate", 0.1},
               {"batch", 32.0},
               {"nesterov", true},
               {"rule", std::string("adam")},
               {"widths", std::vector<double>{4, 20, 4}}};
  cell.sizes = {100, 4, 2, 32, 128};
  cell.steps = 30;
  cell.samples_seen = 960;
  cell.curve = {{0, 0.0, 0, {1.0, 1.5, kAbsent}, 0x1ull},
                {1, 0.015625, 32, {0.5, 0.75, kAbsent}, 0xfedcba9876543210ull},
                {30, 2.0, 960, {loss, 2 * loss, kAbsent}, 0xffffffffffffffffull}};
  for (CurvePoint& point : cell.curve) point.losses.test_loss *= 1 + 1e-9 * static_cast<double>(seed % 1000000);
  cell.initial = cell.curve.front().losses;
  cell.final = cell.best = cell.curve.back().losses;
  cell.targets = {{0.5, 0.015625, 1.0}, {1e-3, kAbsent, kAbsent}};
  cell.time.wall_seconds = 2.5;
  cell.time.train_seconds = 2.0;
  cell.time.cpu_seconds = 2.4;
  cell.time.first_step_seconds = 1.0 / 3.0;
  cell.time.step_median = 0.1;
  cell.time.step_p10 = 0.05;
  cell.time.step_p90 = 0.2;
  cell.time.phases = {0.1, 0.2, 0.3, 0.4, 0.5, 0.25, 0.15, 0.5, 0.1};
  cell.memory = {12345678, kAbsent, 4096};
  cell.diagnostics.kept_rank = 7;
  cell.diagnostics.singular_max = 1e300;
  cell.diagnostics.kernel = "svd";
  cell.diagnostics.kernel_reason = "rank at most 8";
  cell.trajectory_hash = "ffffffffffffffff";
  return cell;
}

CellRecord troubled_cell(const std::string& method, std::uint64_t seed, Status status, const std::string& reason) {
  CellRecord cell;
  cell.key.problem = "heat";
  cell.key.method = method;
  cell.key.seed = seed;
  cell.status = status;
  cell.reason = reason;
  return cell;
}

Report sample_report(std::vector<CellRecord> cells, const std::vector<CellKey>& unfinished) {
  Report report;
  report.header.suite = {"physgrad-bench", "0.1.0", "0123456789ab", true, "0123456789ab+89abcdef"};

  report.header.environment.cpu = "a \"quoted\" processor";
  report.header.environment.cores = 2;
  report.header.environment.load = 0.25;
  report.header.name = "sample";
  report.header.profile = "custom";
  report.header.started = "2026-01-02T03:04:05Z";
  report.header.command = {"physgrad-bench", "run", "--out", "a b"};
  report.header.seeds = {0, 1, 18446744073709551615ull};
  report.header.limits.steps = 30;
  report.header.limits.settings = {"hig.kappa=0.7"};
  report.header.problems = {{"heat", "diffusion", "a paper", 1.8, {0.5, 1e-3}}};
  report.header.methods = {{"hig", "half-inverse", "a paper", {"gradient", "jacobian"}},
                           {"pg", "inverse", "another", {"inverse"}}};
  for (const CellRecord& cell : cells) report.header.planned.push_back(cell.key);
  for (const CellKey& key : unfinished) report.header.planned.push_back(key);
  report.cells = std::move(cells);
  return report;
}

std::vector<CellRecord> seeded_cells(const std::string& method, const std::vector<double>& losses) {
  std::vector<CellRecord> cells;
  for (std::size_t seed = 0; seed < losses.size(); ++seed) {
    CellRecord cell = sample_cell(method, seed, losses[seed]);
    for (CurvePoint& point : cell.curve) point.losses.test_loss += 1e-3 * static_cast<double>(seed);
    cell.final.test_loss = cell.curve.back().losses.test_loss;
    cells.push_back(std::move(cell));
  }
  return cells;
}

std::vector<LabelledReport> one_report(const std::vector<std::vector<CellRecord>>& parts) {
  std::vector<CellRecord> cells;
  for (const auto& part : parts) cells.insert(cells.end(), part.begin(), part.end());
  return {{"run", sample_report(std::move(cells))}};
}

}  // namespace physgrad::testing
