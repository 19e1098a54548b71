# valijson has headers alone. Debian's package of it takes along every JSON library that it has an adapter for, Qt among them, so
# that scripts/setup.sh unpacks the headers into build/headers where the package is not installed.
find_path(PHYSGRAD_VALIJSON valijson/validator.hpp HINTS ${PROJECT_SOURCE_DIR}/build/headers/usr/include)
mark_as_advanced(PHYSGRAD_VALIJSON)
if(NOT PHYSGRAD_VALIJSON)
  message(FATAL_ERROR "valijson is not installed (Debian: libvalijson-dev), and build/headers, where scripts/bench puts its headers, has none. "
                      "Install it, or name the folder of its headers: -DPHYSGRAD_VALIJSON=FOLDER.")
endif()

# physgrad_valijson(TARGET): for the one source that includes it, which is a unit of its own: it takes longer than the others.
function(physgrad_valijson target)
  set_source_files_properties(${PROJECT_SOURCE_DIR}/src/schema/json_schema.cpp PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  # GCC 12 takes members of the standard library's regular expressions for uninitialised where sanitizers are on.
  if(PHYSGRAD_SANITIZE AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    set_source_files_properties(${PROJECT_SOURCE_DIR}/src/schema/json_schema.cpp PROPERTIES COMPILE_OPTIONS -Wno-maybe-uninitialized)
  endif()
  target_include_directories(${target} SYSTEM PRIVATE $<BUILD_INTERFACE:${PHYSGRAD_VALIJSON}>)
endfunction()
