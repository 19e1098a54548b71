# Warnings of the project's own targets; nobody else's.
add_library(physgrad_flags INTERFACE)
target_compile_options(physgrad_flags INTERFACE -Wall -Wextra -Wconversion -Wshadow)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 warns of overlapping copies inside std::string's own operator+ (bug 105651, fixed in 13).
  target_compile_options(physgrad_flags INTERFACE -Wno-restrict)
  if(PHYSGRAD_AVX512)
    # Its avx512fintrin.h initialises with `__m512d __Y = __Y` where any value will do, and is warned of it at every use of
    # such a register (bug 105593, fixed in 13). All other instruction sets keep the warnings, over the same sources.
    target_compile_options(physgrad_flags INTERFACE -Wno-maybe-uninitialized -Wno-uninitialized)
  endif()
endif()
if(PHYSGRAD_WERROR)
  target_compile_options(physgrad_flags INTERFACE -Werror)
endif()

# What everything is compiled with that shares objects with the library, programs that use it too.
add_library(physgrad_abi INTERFACE)
set_target_properties(physgrad_abi PROPERTIES EXPORT_NAME abi)
target_compile_options(physgrad_abi INTERFACE ${PHYSGRAD_MARCH})
if(PHYSGRAD_SANITIZE)
  # Checks of every single pointer double the compile time of Eigen code; what they would find, AddressSanitizer (null,
  # out of bounds) and Eigen's own assertions (alignment) find too.
  target_compile_options(physgrad_abi INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all
    -fno-sanitize=null,alignment,object-size,pointer-overflow -fno-omit-frame-pointer)
  target_link_options(physgrad_abi INTERFACE -fsanitize=address,undefined)
endif()
# Eigen's own threading would compete with the one compute thread that timings are defined for.
target_compile_definitions(physgrad_abi INTERFACE EIGEN_DONT_PARALLELIZE)

# Most of a small file's compile time is Eigen's headers: they are compiled once a target. No file depends on that; each
# includes what it uses (the tidy preset builds without).
option(PHYSGRAD_PRECOMPILE "Precompile headers" ON)
function(physgrad_precompile target)
  if(NOT PHYSGRAD_PRECOMPILE)
    return()
  endif()
  target_precompile_headers(${target} PRIVATE ${ARGN})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE -fpch-preprocess)  # for ccache
  endif()
endfunction()

# physgrad_compile_quickly(TARGET [TEXT]): for what computes nothing that is measured: less compile time. Not beside code that
# does, where the linker may take this target's copy of a template for the other's. TEXT computes nothing at all: the
# sanitizers' checks double what optimising it costs, and it runs as fast without.
function(physgrad_compile_quickly target)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
  if("TEXT" IN_LIST ARGN)
    target_compile_options(${target} PRIVATE $<$<CONFIG:Sanitize>:-O0>)
  endif()
endfunction()

# physgrad_join(TARGET MOST SOURCE...): one unit for the sources of a folder, several where they are more than MOST. Most of a
# file's compile time is its headers and the templates it shares with its neighbours. Names in unnamed namespaces are
# therefore unique within a folder. Not for what computes: what is inlined there would depend on a file's neighbours.
function(physgrad_join target most)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${PHYSGRAD_PRECOMPILE} UNITY_BUILD_MODE GROUP)
  list(SORT ARGN)
  set(last "")
  foreach(source IN LISTS ARGN)
    get_filename_component(folder ${source} DIRECTORY)
    get_filename_component(room ${folder} NAME)
    if(NOT folder STREQUAL last)
      set(last ${folder})
      set(count 0)
    endif()
    math(EXPR unit "${count} / ${most}")
    math(EXPR count "${count} + 1")
    set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${room}_${unit})
  endforeach()
endfunction()
