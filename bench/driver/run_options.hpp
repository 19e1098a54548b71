#pragma once
// The options of `run`, and of whatever is asked for in the same words.
#include "physgrad/study/request.hpp"
#include "verbs.hpp"

namespace physgrad::driver {

/// How a call of `run` is meant, beside what is to be measured.
struct RunMode {
  bool specs = false;    ///< print the cells and measure nothing
  bool dry_run = false;  ///< say what would be done and measure nothing
};

/// Declares --threads, of every verb that trains.
void add_threads(CLI::App& verb, RunRequest& request);

/// Declares them; they are read into what is given, which must live as long as the parser.
void add_run_options(CLI::App& verb, RunRequest& request, RunMode& mode);

}  // namespace physgrad::driver
