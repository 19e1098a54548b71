# The instruction set that everything is compiled for, and what follows from it.
set(PHYSGRAD_ARCH "" CACHE STRING
    "Instruction set, as -march takes it: native, x86-64-v2, x86-64-v3, x86-64-v4, ...; empty: the compiler's own")
set_property(CACHE PHYSGRAD_ARCH PROPERTY STRINGS "" native x86-64-v2 x86-64-v3 x86-64-v4)
option(PHYSGRAD_NATIVE "Short for PHYSGRAD_ARCH=native" OFF)
set(PHYSGRAD_MARCH "")
if(PHYSGRAD_ARCH)
  set(PHYSGRAD_MARCH -march=${PHYSGRAD_ARCH})
elseif(PHYSGRAD_NATIVE)
  set(PHYSGRAD_MARCH -march=native)
endif()

# Asks the compiler, with the flags of this build, what physgrad/core/eigen_abi.hpp makes of them.
string(TOUPPER "${CMAKE_BUILD_TYPE}" build_type)
separate_arguments(flags UNIX_COMMAND "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${build_type}}")
list(APPEND flags ${PHYSGRAD_MARCH})
get_target_property(eigen Eigen3::Eigen INTERFACE_INCLUDE_DIRECTORIES)
list(TRANSFORM eigen PREPEND -I)
set(probe ${PROJECT_BINARY_DIR}/generated/abi_probe)
file(WRITE ${probe}.cpp "#define PHYSGRAD_ABI_PROBE
#include \"physgrad/core/eigen_abi.hpp\"
physgrad_align EIGEN_MAX_ALIGN_BYTES
physgrad_register PHYSGRAD_REGISTER_BYTES
#ifdef __AVX512F__
physgrad_avx512 1
#endif
")
execute_process(COMMAND ${CMAKE_CXX_COMPILER} ${flags} -std=c++20 -I${PROJECT_BINARY_DIR}/include ${eigen} -E -P ${probe}.cpp -o ${probe}.txt
                RESULT_VARIABLE failed ERROR_VARIABLE complaint)
if(failed)
  list(JOIN flags " " flags)
  message(FATAL_ERROR "${CMAKE_CXX_COMPILER} cannot compile for PHYSGRAD_ARCH=${PHYSGRAD_ARCH} with the flags '${flags}':\n${complaint}")
endif()
function(physgrad_probed name result)
  file(STRINGS ${probe}.txt line REGEX "^physgrad_${name} ")
  string(REGEX MATCH "[0-9]+" value "${line}")
  set(${result} "${value}" PARENT_SCOPE)
endfunction()
physgrad_probed(align align)
physgrad_probed(register register)
physgrad_probed(avx512 PHYSGRAD_AVX512)

# What a program that is compiled for something else is told.
set(machine_flags ${flags})
list(FILTER machine_flags INCLUDE REGEX "^-(m|DEIGEN_)")
list(JOIN machine_flags " " PHYSGRAD_MACHINE_FLAGS)
set(advice "compile this program with ${PHYSGRAD_MACHINE_FLAGS} too")
if(NOT machine_flags)
  set(advice "compile this program without -march")
endif()
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/library_abi.hpp @ONLY CONTENT
"#pragma once
#define PHYSGRAD_LIBRARY_ALIGN_BYTES @align@
#define PHYSGRAD_LIBRARY_REGISTER_BYTES @register@
#define PHYSGRAD_LIBRARY_ABI                                                                      \\
  \"the physgrad library was built for another instruction set (Eigen aligns to @align@ bytes there): \" \\
  \"@advice@, or link the CMake target physgrad\"
")
message(STATUS "Instruction set: ${PHYSGRAD_MARCH} (registers of ${register} bytes, alignment ${align})")
