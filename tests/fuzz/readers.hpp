#pragma once
// Every reader of text that may come from anywhere, behind one function: for libFuzzer, and for replaying what it
// found.
#include <string_view>

#include "physgrad/catalogue/catalogue.hpp"

namespace physgrad::testing {

/// The first line of `input` names a reader, the rest is what it reads:
///   report, manifest, cells, weights, claims, config, problem, benchmarks: the text of such a file
///   validate: a file of any kind, against the schemas
///   options: `run`'s options, one a line: "--set rate=1", "--method pg,hig", "--sweep batch=8,16", ...
/// Names are those of the catalogue. Returns where the text was read and everything that is made of it could be made,
/// or was refused with a UsageError whose message is one line. Whatever else it throws is a finding.
void fuzz_reader(const Catalogue& catalogue, std::string_view input);

}  // namespace physgrad::testing
