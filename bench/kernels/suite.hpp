#pragma once
// Cases that are checked before they are timed.
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace physgrad::kernels_bench {

/// What a case times, once it is known to be right.
struct Prepared {
  std::function<void()> run;
  std::string failure = {};  ///< what the check found; empty: the case may be timed
  std::string label = {};    ///< shown beside the times
  std::map<std::string, double> counters = {};
};

/// Registers cases with Google Benchmark. Building and checking a case happens when it is first reached, so that a
/// filter on the command line saves the time of everything it excludes.
class Suite {
 public:
  void add(const std::string& name, std::function<Prepared()> prepare);
  /// Cases whose check failed so far.
  [[nodiscard]] int failures() const { return *failures_; }

 private:
  std::shared_ptr<int> failures_ = std::make_shared<int>(0);
};

// One family per file.
void add_partial_inverses(Suite& suite);
void add_simulators(Suite& suite);
void add_networks(Suite& suite);
void add_updates(Suite& suite);

}  // namespace physgrad::kernels_bench
