#pragma once
// Which kernels OpenBLAS runs. It recognises processors by family and model, and takes those that are younger than
// itself for a Prescott of 2004: two to three times slower, and nothing is said. The processor's features tell better.
#include <string>
#include <string_view>

namespace physgrad {

/// What a processor can do and the system allows, as far as OpenBLAS's kernels differ by it.
struct ProcessorFeatures {
  bool avx = false;
  bool avx2 = false;    ///< with fused multiply-add
  bool avx512 = false;  ///< F, VL, BW and DQ, which the kernels for it are built with
};
[[nodiscard]] ProcessorFeatures processor_features();

/// The core to ask for where `detected` leaves the processor's vectors unused; empty where the detection is as good as
/// what fits, or is a core that nothing is known of. A Zen is left alone: its kernels are AMD's own choice.
[[nodiscard]] std::string better_core(const ProcessorFeatures& features, std::string_view detected);

inline constexpr const char* kBlasCoreVariable = "OPENBLAS_CORETYPE";
/// Set beside it where this program chose, not the user: what the library had detected.
inline constexpr const char* kBlasOwnCoreVariable = "PHYSGRAD_BLAS_OWN_CORE";

/// What a report says: the core that runs, who asked for which, and where that was not taken. Null: not set.
[[nodiscard]] std::string describe_core(std::string_view runs, const char* asked, const char* own);

/// The core that runs, by OpenBLAS's name for it; empty without OpenBLAS.
[[nodiscard]] std::string blas_core_name();
/// better_core() of this processor and library; empty also where the library has the kernels of one core only.
[[nodiscard]] std::string better_blas_core();
/// describe_core() of this process.
[[nodiscard]] std::string blas_core();

}  // namespace physgrad
