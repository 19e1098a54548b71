// What OpenBLAS is asked for on which processor. Detections as of version 0.3.21.
#include "physgrad/measure/blas_core.hpp"

#include <gtest/gtest.h>

namespace physgrad {
namespace {

constexpr ProcessorFeatures kSse{false, false, false}, kAvx{true, false, false}, kAvx2{true, true, false},
    kAvx512{true, true, true};

TEST(BlasCore, IsAskedForOnlyWhereTheDetectionLeavesVectorsUnused) {
  struct Case {
    const char* processor;
    ProcessorFeatures features;
    const char *detected, *asked;
  };
  const Case cases[] = {
      {"Xeon Emerald Rapids, family 6 model 207", kAvx512, "Prescott", "SkylakeX"},
      {"Xeon Granite Rapids, family 6 model 173", kAvx512, "Prescott", "SkylakeX"},
      {"Core Arrow Lake, family 6 model 198, no AVX-512", kAvx2, "Prescott", "Haswell"},
      {"EPYC Turin, family 26, unknown to the library", kAvx512, "Prescott", "SkylakeX"},
      {"a hypervisor that hides the model, AVX-512", kAvx512, "Haswell", "SkylakeX"},
      {"a hypervisor that hides the model, AVX2", kAvx2, "Sandybridge", "Haswell"},
      {"a hypervisor that hides the model, AVX", kAvx, "Nehalem", "Sandybridge"},
      {"another spelling", kAvx2, "PRESCOTT", "Haswell"},
      // right, or as good
      {"Xeon Sapphire Rapids", kAvx512, "SapphireRapids", ""},
      {"Xeon Cascade Lake", kAvx512, "SkylakeX", ""},
      {"Xeon Ice Lake", kAvx512, "Cooperlake", ""},
      {"Xeon Broadwell", kAvx2, "Haswell", ""},
      {"EPYC Milan", kAvx2, "Zen", ""},
      {"EPYC Genoa: Zen is AMD's own", kAvx512, "Zen", ""},
      {"Opteron of 2012", kAvx, "Piledriver", ""},
      {"Excavator", kAvx2, "Excavator", ""},
      {"Xeon of 2010", kSse, "Nehalem", ""},
      {"a processor of 2004", kSse, "Prescott", ""},
      {"AVX-512 hidden by the system", kAvx2, "Haswell", ""},
      // nothing is known
      {"another architecture", kSse, "ARMV8", ""},
      {"a core of a later version", kAvx512, "Zen7", ""},
  };
  for (const Case& each : cases) EXPECT_EQ(better_core(each.features, each.detected), each.asked) << each.processor;
}

TEST(BlasCore, IsNamedWithWhoAskedForIt) {
  EXPECT_EQ(describe_core("Zen", nullptr, nullptr), "Zen");
  EXPECT_EQ(describe_core("SkylakeX", "SkylakeX", "Prescott"),
            "SkylakeX, asked for: the library took this processor for Prescott");
  EXPECT_EQ(describe_core("Prescott", "SkylakeX", "Prescott"),
            "Prescott, though SkylakeX was asked for: the library took this processor for Prescott");
  EXPECT_EQ(describe_core("Haswell", "haswell", nullptr), "Haswell, asked for: OPENBLAS_CORETYPE of the environment");
  EXPECT_EQ(describe_core("Haswell", "Nonsense", nullptr),
            "Haswell, though Nonsense was asked for: OPENBLAS_CORETYPE of the environment");
}

}  // namespace
}  // namespace physgrad
