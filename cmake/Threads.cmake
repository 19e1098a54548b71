# OpenMP is optional: without it everything runs on one thread. One file alone is compiled with it (src/core/parallel.cpp), so
# that no library's templates start threads of their own.
option(PHYSGRAD_OPENMP "Let a step take several threads, with OpenMP where the compiler has it" ON)
add_library(physgrad_openmp INTERFACE)
set(PHYSGRAD_HAVE_OPENMP OFF)
set(PHYSGRAD_OPENMP_LIBRARIES "")
if(PHYSGRAD_OPENMP)
  find_package(OpenMP QUIET COMPONENTS CXX)
  if(OpenMP_CXX_FOUND)
    set(PHYSGRAD_HAVE_OPENMP ON)
    set(PHYSGRAD_OPENMP_LIBRARIES ${OpenMP_CXX_LIB_NAMES})
    target_link_libraries(physgrad_openmp INTERFACE ${PHYSGRAD_OPENMP_LIBRARIES})
    separate_arguments(flags UNIX_COMMAND "${OpenMP_CXX_FLAGS}")
    set_source_files_properties(${PROJECT_SOURCE_DIR}/src/core/parallel.cpp PROPERTIES
      COMPILE_OPTIONS "${flags}" SKIP_PRECOMPILE_HEADERS ON SKIP_UNITY_BUILD_INCLUSION ON)
  endif()
endif()
message(STATUS "OpenMP: ${PHYSGRAD_HAVE_OPENMP}")
