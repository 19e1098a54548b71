#pragma once
// The whole command line over a catalogue. A program of its own is three lines:
//
//   #include "physgrad/bench.hpp"
//
//   int main(int argc, char** argv) { return physgrad::bench(argc, argv, physgrad::Catalogue::built_in()); }
#include <functional>

#include "physgrad/catalogue/catalogue.hpp"

namespace physgrad {

/// Carries out the command of `argv`, with every verb over the catalogue's entries. Call it first in main: it may start
/// the program again, with other settings of its libraries, and it starts cells as processes of the same executable,
/// which have to come here with the same catalogue. Returns the exit code: 0 done, 1 failure, 2 usage, 128 + the signal
/// after an interrupt.
[[nodiscard]] int bench(int argc, char** argv, const Catalogue& catalogue);

/// The same over the catalogue that `make` returns, for a program that adds entries by hand: what is wrong with one, a
/// name that the catalogue has for instance, is then told as every wrong input is.
[[nodiscard]] int bench(int argc, char** argv, const std::function<Catalogue()>& make);

}  // namespace physgrad
