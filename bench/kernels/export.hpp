#pragma once
// What another library needs to compute the same partial inverses and whole steps, as files (scripts/peers/run).
#include <filesystem>
#include <optional>
#include <vector>

#include "physgrad/catalogue/catalogue.hpp"

namespace physgrad::kernels_bench {

/// Writes below `folder`, which is made where it is not there, a folder for each case, with arrays as NumPy files
/// (64-bit numbers, column by column) and the rest in case.json:
///   given-SIZE/  J [rows x cols], g [rows] and direction = J^{-1/2} g [cols], tau = 1e-6, sizes (e) (b) (d) (a)
///   step-SIZE/   theta [n], input, context and target [numbers x B] of a batch of coupled-oscillators (b) and poisson
///                (p), and direction = J^{-1/2} g [n] at theta by the settings of the problem's `hig`, before the rate
/// and with `large` (c) of both. Directions are those of kernel `svd`, of `qr-svd` beyond 1024 rows. In case.json of a
/// step, `errors` says how far the updates of its cases step/SIZE/METHOD are from the direction. Throws WriteError.
void export_cases(const Catalogue& catalogue, const std::filesystem::path& folder, bool large);

/// The option --export FOLDER (or --export=FOLDER) of the command line without --large: the exit code, after an error's
/// one line on standard error; nothing where the option is not there.
[[nodiscard]] std::optional<int> run_export(const Catalogue& catalogue, const std::vector<char*>& arguments,
                                            bool large);

}  // namespace physgrad::kernels_bench
