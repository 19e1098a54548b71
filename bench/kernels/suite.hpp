#pragma once
// Cases that are checked before they are timed.
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "physgrad/catalogue/catalogue.hpp"

namespace benchmark {
class State;
}

namespace physgrad::kernels_bench {

using Counters = std::map<std::string, double>;

/// What a case times, once it is known to be right.
struct Prepared {
  std::function<void()> run;
  std::string failure = {};  ///< what the check found; empty: the case may be timed
  std::string label = {};    ///< shown beside the times
  Counters counters = {};
  /// Called before the timed runs and after `runs` of them, for counters that the runs themselves produce.
  std::function<void()> begin = {};
  std::function<Counters(double runs)> end = {};
};

/// Registers cases with Google Benchmark. Building and checking a case happens when it is first reached, so that a
/// filter on the command line saves the time of everything it excludes.
class Suite {
 public:
  /// Cases are of the catalogue, which outlives them. `large` says whether those that take minutes or gigabytes are
  /// wanted.
  Suite(const Catalogue& catalogue, bool large) : catalogue_(catalogue), large_(large) {}

  void add(const std::string& name, std::function<Prepared()> prepare);
  /// The same of what takes several threads: by the time on the wall, not the one thread's.
  void add_threaded(const std::string& name, std::function<Prepared()> prepare);
  /// The same case at several sizes; Google Benchmark fits the order of growth over them.
  void add_family(const std::string& name, const std::vector<long>& sizes, std::function<Prepared(long size)> prepare);
  [[nodiscard]] const Catalogue& catalogue() const { return catalogue_; }
  [[nodiscard]] bool large() const { return large_; }
  /// Cases whose check failed so far.
  [[nodiscard]] int failures() const { return *failures_; }

 private:
  /// What Google Benchmark calls.
  std::function<void(benchmark::State&)> timed(std::function<Prepared()> prepare) const;

  const Catalogue& catalogue_;
  bool large_;
  std::shared_ptr<int> failures_ = std::make_shared<int>(0);
};

// One family per file.
void add_partial_inverses(Suite& suite);
void add_crossovers(Suite& suite);
void add_simulators(Suite& suite);
void add_networks(Suite& suite);
void add_updates(Suite& suite);

}  // namespace physgrad::kernels_bench
