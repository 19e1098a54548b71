#pragma once
// Eigen's alignment and the width of its registers follow from the compiler's flags, and both are part of this
// library's ABI: what one side aligned by hand the other would give to free(). A program that includes these headers is
// therefore compiled for the instruction set of the library, or not at all.
#include <Eigen/Core>

/// The register that Eigen vectorises with, in bytes; 0 where it does not.
#if defined(EIGEN_VECTORIZE_AVX512)
#define PHYSGRAD_REGISTER_BYTES 64
#elif defined(EIGEN_VECTORIZE_AVX)
#define PHYSGRAD_REGISTER_BYTES 32
#elif defined(EIGEN_VECTORIZE)
#define PHYSGRAD_REGISTER_BYTES 16
#else
#define PHYSGRAD_REGISTER_BYTES 0
#endif

#ifndef PHYSGRAD_ABI_PROBE  // cmake/InstructionSet.cmake reads the values from this header before it writes that one
#include "library_abi.hpp"
static_assert(EIGEN_MAX_ALIGN_BYTES == PHYSGRAD_LIBRARY_ALIGN_BYTES &&
                  PHYSGRAD_REGISTER_BYTES == PHYSGRAD_LIBRARY_REGISTER_BYTES,
              PHYSGRAD_LIBRARY_ABI);
#endif
