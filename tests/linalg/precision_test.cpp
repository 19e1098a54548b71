// Precision as a setting, and auto under a memory limit.
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "physgrad/linalg/kernel_table.hpp"
#include "spectra.hpp"

namespace physgrad::testing {
namespace {

std::string message_of(const PartialInverseOptions& options) {
  try {
    (void)run_kernel(Matrix::Identity(3, 4), Vector::Ones(3), options);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "no exception";
}

TEST(Precision, SingleGivesSinglePrecisionDigits) {
  std::mt19937_64 engine(1);
  for (const auto& [rows, cols] : std::vector<std::pair<Index, Index>>{{12, 30}, {30, 12}, {12, 12}}) {
    const Matrix j = with_singular_values(rows, cols, decaying(12, 2), engine);
    const Vector g = random_vector(rows, engine);
    const Vector expected = reference_partial_inverse(j, g, 0.5, 1.3e-3);
    for (const char* kernel : {"svd", "qr-svd", "auto"}) {
      const PartialInverseResult result =
          run_kernel(j, g, {.tau = 1.3e-3, .accuracy = 1e-9, .kernel = kernel, .precision = "single"});
      const double error = relative_difference(result.direction, expected);
      EXPECT_LT(error, 1e-4) << kernel;
      EXPECT_GT(error, 1e-9) << kernel << " is too accurate to be single precision";
      EXPECT_GE(result.error_estimate, 0.1 * error);
      EXPECT_EQ(result.direction, result.direction.cast<float>().cast<double>());
      // The asked accuracy was missed, and nobody took over.
      EXPECT_GT(result.error_estimate, 1e-9);
      EXPECT_TRUE(std::string(kernel) == "auto" || result.kernel == kernel);
    }
  }
}

TEST(Precision, SingleKeepsRoundOffAtThePublishedTruncation) {
  std::mt19937_64 engine(2);
  const Matrix j = with_singular_values(20, 50, decaying(20, 12), engine);
  const Vector g = random_vector(20, engine);
  for (const char* kernel : {"svd", "qr-svd"}) {
    const PartialInverseResult single = run_kernel(j, g, {.tau = 1e-10, .kernel = kernel, .precision = "single"});
    const PartialInverseResult exact = run_kernel(j, g, {.tau = 1e-10, .kernel = kernel});
    // A floor of eps max(rows, cols) = 6e-6, as double precision has, would drop what is kept here.
    EXPECT_LT(single.singular_min_kept, 6e-6) << kernel;
    EXPECT_GT(single.singular_min_kept, 0) << kernel;
    const double error = relative_difference(single.direction, exact.direction);
    EXPECT_GT(error, 0.01) << kernel;
    EXPECT_GE(single.error_estimate * single.direction.norm(), 0.1 * error * exact.direction.norm()) << kernel;
  }
}

TEST(Precision, SingleRefusesToSquare) {
  for (const char* kernel : {"gram", "structured", "two-level"}) {
    const std::string message = message_of({.kernel = kernel, .precision = "single"});
    EXPECT_NE(message.find("never form a Gram matrix in single precision"), std::string::npos) << message;
  }
  EXPECT_NE(message_of({.kernel = "krylov", .precision = "single"}).find("double precision only"), std::string::npos);
  EXPECT_NE(message_of({.precision = "half"}).find("double, single, mixed"), std::string::npos);
  EXPECT_NE(message_of({.memory_limit_bytes = 0}).find("memory limit"), std::string::npos);
}

TEST(Precision, MixedRoundsTheJacobianAndNothingElse) {
  std::mt19937_64 engine(3);
  const Matrix j = with_singular_values(12, 30, decaying(12, 2), engine);
  const Matrix rounded = j.cast<float>().cast<double>();
  const Vector g = random_vector(12, engine);
  for (const std::string& kernel : partial_inverse_kernels()) {
    const PartialInverseResult result =
        run_kernel(j, g, {.tau = 1.3e-3, .accuracy = 1e-10, .kernel = kernel, .precision = "mixed"});
    EXPECT_LT(relative_difference(result.direction, reference_partial_inverse(rounded, g, 0.5, 1.3e-3)), 1e-9);
    EXPECT_GT(relative_difference(result.direction, reference_partial_inverse(j, g, 0.5, 1.3e-3)), 1e-9);
  }
}

TEST(MemoryLimit, AutoTakesWhatFits) {
  std::mt19937_64 engine(4);
  // Twenty values above the cut and little below: what krylov needs few dimensions for.
  Vector values(80);
  values << decaying(20, 1), 1e-4 * decaying(60, 1);
  const Matrix j = with_singular_values(80, 400, values, engine);
  const Vector g = j * random_vector(400, engine);
  const Vector expected = reference_partial_inverse(j, g, 0.5, 2.1e-2);
  const auto bytes = [&](const char* kernel) { return kernel_entry(kernel).bytes({80, 400}, {}); };
  EXPECT_LT(bytes("structured"), bytes("two-level"));
  EXPECT_LT(bytes("two-level"), bytes("svd"));
  EXPECT_LT(kernel_entry("structured").bytes({4096, 24896, true}, {}), 300e6);
  EXPECT_GT(kernel_entry("structured").bytes({4096, 24896}, {}), 800e6);
  EXPECT_THROW((void)kernel_entry("qr"), std::invalid_argument);
  const PartialInverseResult room =
      run_kernel(j, g, {.tau = 2.1e-2, .accuracy = 1e-6, .memory_limit_bytes = bytes("structured")});
  EXPECT_EQ(room.kernel, "structured");
  const PartialInverseResult tight =
      run_kernel(j, g, {.tau = 2.1e-2, .accuracy = 1e-6, .memory_limit_bytes = bytes("structured") - 1});
  EXPECT_EQ(tight.kernel, "krylov");
  EXPECT_NE(tight.reason.find("fits"), std::string::npos);
  EXPECT_LT(relative_difference(tight.direction, expected), 1e-5);
}

TEST(MemoryLimit, WhatDoesNotFitIsInTheEstimate) {
  // Without a gap at the cut it takes nearly all dimensions, and so more than the limit has room for.
  std::mt19937_64 engine(4);
  const Matrix j = with_singular_values(80, 400, decaying(80, 3), engine);
  const Vector g = j * random_vector(400, engine);
  const double limit = kernel_entry("structured").bytes({80, 400}, {}) - 1;
  const PartialInverseResult tight = run_kernel(j, g, {.tau = 2.1e-2, .accuracy = 1e-6, .memory_limit_bytes = limit});
  EXPECT_EQ(tight.kernel, "krylov");
  EXPECT_LT(tight.iterations, 80);
  const double error = relative_difference(tight.direction, reference_partial_inverse(j, g, 0.5, 2.1e-2));
  EXPECT_GT(error, 1e-6);
  EXPECT_GE(tight.error_estimate, 0.1 * error);
}

TEST(AutoKernel, ChoosesByTruncationAndAccuracy) {
  std::mt19937_64 engine(5);
  const Matrix j = with_singular_values(80, 100, decaying(80, 9), engine);
  const Vector g = random_vector(80, engine);
  EXPECT_EQ(run_kernel(j, g, {.tau = 1.3e-3, .accuracy = 1e-6}).kernel, "structured");
  EXPECT_EQ(run_kernel(j, g, {.tau = 1e-9, .accuracy = 1e-6}).kernel, "two-level");
  EXPECT_EQ(run_kernel(j, g, {.tau = 1e-9, .accuracy = 1e-12}).kernel, "qr-svd");
}

TEST(AutoKernel, TriesTheFastKernelWhereTheSpectrumMayBeKind) {
  std::mt19937_64 engine(6);
  const Matrix kind = with_singular_values(80, 900, decaying(80, 3), engine);
  const Matrix steep = with_singular_values(80, 900, decaying(80, 9), engine);
  const Vector g = random_vector(80, engine);
  for (const char* precision : {"double", "single"}) {
    SCOPED_TRACE(precision);
    const PartialInverseOptions options{.tau = 1e-10, .accuracy = 1e-4, .precision = precision};
    const PartialInverseResult answered = run_kernel(kind, g, options);
    EXPECT_EQ(answered.kernel, "structured") << answered.reason;
    EXPECT_FALSE(answered.handed_over);
    EXPECT_EQ(answered.decompositions, 1);
    EXPECT_LT(relative_difference(answered.direction, reference_partial_inverse(kind, g, 0.5, 1e-10)), 1e-6);
    const PartialInverseResult fallen = run_kernel(steep, g, options);
    EXPECT_EQ(fallen.kernel, precision == std::string("single") ? "qr-svd" : "two-level") << fallen.reason;
    EXPECT_EQ(fallen.decompositions, 2);
    EXPECT_FALSE(fallen.handed_over);  // it was a part of the choice
    EXPECT_NE(fallen.reason.find("structured is tried"), std::string::npos) << fallen.reason;
  }
  // In single precision the answer is a vector of single precision's numbers.
  const Vector single = run_kernel(kind, g, {.tau = 1e-10, .accuracy = 1e-4, .precision = "single"}).direction;
  EXPECT_EQ(Vector(single.cast<float>().cast<double>()), single);
}

}  // namespace
}  // namespace physgrad::testing
