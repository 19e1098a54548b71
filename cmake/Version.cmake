# The commit and the compile flags go into every report. The commit is looked up at every build, and the header is only
# rewritten when it changed, so that a new commit recompiles one file.
add_custom_target(physgrad_version_header
  COMMAND ${CMAKE_COMMAND} -DSOURCE_DIR=${PROJECT_SOURCE_DIR} -DOUTPUT=${PROJECT_BINARY_DIR}/generated/version_commit.hpp
          -P ${PROJECT_SOURCE_DIR}/cmake/WriteCommit.cmake
  BYPRODUCTS ${PROJECT_BINARY_DIR}/generated/version_commit.hpp
  COMMENT "")
string(TOUPPER "${CMAKE_BUILD_TYPE}" build_type)
set(flags "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${build_type}} ${PHYSGRAD_MARCH}")
if(PHYSGRAD_SANITIZE)
  string(APPEND flags " -fsanitize=address,undefined")
endif()
string(STRIP "${flags}" flags)
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/version_build.hpp @ONLY CONTENT
"#pragma once
#define PHYSGRAD_VERSION \"@PROJECT_VERSION@\"
#define PHYSGRAD_FLAGS \"@flags@\"
#define PHYSGRAD_BUILD_TYPE \"@CMAKE_BUILD_TYPE@\"
")
add_library(physgrad_version INTERFACE)
target_include_directories(physgrad_version INTERFACE ${PROJECT_BINARY_DIR}/generated)
add_dependencies(physgrad_version physgrad_version_header)
