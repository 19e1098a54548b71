#include "physgrad/statistics/streaming_quantiles.hpp"

#include <gtest/gtest.h>
#include <malloc.h>

#include <cmath>
#include <functional>
#include <limits>
#include <random>

#include "physgrad/statistics/statistics.hpp"
#include "physgrad/train/diagnostics.hpp"

namespace physgrad {
namespace {

TEST(StreamingQuantiles, AreWithinOnePerCentOfTheExactOnes) {
  std::mt19937_64 random(7);
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> uniform;
  const std::vector<std::pair<const char*, std::function<double()>>> distributions = {
      {"steps of a microsecond with a tail", [&] { return 1e-6 * std::exp(0.3 * normal(random)); }},
      {"uniform", [&] { return 1e-3 * (1 + uniform(random)); }},
      {"every tenth step is ten times as long", [&] { return uniform(random) < 0.1 ? 4.5e-3 : 0.45e-3; }},
      {"constant", [] { return 0.37; }},
      {"twenty decades", [&] { return std::pow(10, 20 * uniform(random) - 18); }},
      {"heavy tail", [&] { return 1e-5 / (1e-3 + uniform(random)); }},
  };
  for (const auto& [name, draw] : distributions)
    for (const std::size_t count : {1u, 2u, 3u, 10u, 1000u, 20001u}) {
      StreamingQuantiles stream;
      std::vector<double> all;
      double sum = 0;
      for (std::size_t i = 0; i < count; ++i) {
        all.push_back(draw());
        stream.add(all.back());
        sum += all.back();
      }
      for (const double share : {0.0, 0.1, 0.5, 0.9, 1.0}) {
        const double exact = quantile(all, share);
        EXPECT_NEAR(stream.quantile(share), exact, 0.01 * exact) << name << ", " << count << " values, " << share;
      }
      EXPECT_DOUBLE_EQ(stream.mean(), sum / static_cast<double>(count));
      EXPECT_EQ(stream.quantile(0), quantile(all, 0));
      EXPECT_EQ(stream.quantile(1), quantile(all, 1));
    }
}

TEST(StreamingQuantiles, KnowZerosInfinitiesAndNothing) {
  StreamingQuantiles stream;
  EXPECT_TRUE(std::isnan(stream.quantile(0.5)));
  EXPECT_TRUE(std::isnan(stream.mean()));
  stream.add(std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(stream.count(), 0u);
  for (int i = 0; i < 3; ++i) stream.add(0);
  EXPECT_EQ(stream.quantile(0.5), 0);
  stream.add(1e-300);
  stream.add(1);
  EXPECT_EQ(stream.quantile(0.5), 0);
  for (int i = 0; i < 20; ++i) stream.add(std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isinf(stream.quantile(0.5)));
}

TEST(StreamingQuantiles, AMillionValuesTakeNoMemory) {
  StreamingQuantiles stream;
  DiagnosticsCollector diagnostics;
  StepReport report;
  const std::size_t before = ::mallinfo2().uordblks;
  for (int i = 0; i < 1000000; ++i) {
    stream.add(1e-6 * (1 + i % 1000));
    report.inverse_residual = 1e-3 * (1 + i % 7);
    diagnostics.add(report);
  }
  EXPECT_EQ(::mallinfo2().uordblks, before);
  EXPECT_EQ(stream.count(), 1000000u);
  EXPECT_NEAR(diagnostics.result().inverse_residual, 4e-3, 0.01 * 4e-3);
}

}  // namespace
}  // namespace physgrad
