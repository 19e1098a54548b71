# What `cmake --install` puts where: the program, the library with its headers, the settings of the problems to read, the
# sources of the contract tests, and the package that find_package(physgrad) reads.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(headers ${CMAKE_INSTALL_INCLUDEDIR})
set(share ${CMAKE_INSTALL_DATADIR}/physgrad)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/physgrad)

install(TARGETS physgrad-bench RUNTIME)
install(TARGETS physgrad physgrad_bench physgrad_partial_inverse physgrad_abi EXPORT physgrad ARCHIVE INCLUDES DESTINATION ${headers})
install(EXPORT physgrad NAMESPACE physgrad:: FILE physgradTargets.cmake DESTINATION ${package})

install(DIRECTORY ${PROJECT_SOURCE_DIR}/src/ DESTINATION ${headers}/physgrad FILES_MATCHING PATTERN "*.hpp" PATTERN "methods" EXCLUDE)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/bench/include/ DESTINATION ${headers})
# Beside the header that includes it, so that no folder for it has to be named.
install(FILES ${PROJECT_BINARY_DIR}/generated/library_abi.hpp DESTINATION ${headers}/physgrad/core)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/problems/ DESTINATION ${share}/problems FILES_MATCHING PATTERN "*.json")
install(DIRECTORY ${PROJECT_SOURCE_DIR}/tests/contract DESTINATION ${share} PATTERN "built_in_entries.cpp" EXCLUDE)

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/physgradConfig.cmake.in ${PROJECT_BINARY_DIR}/generated/physgradConfig.cmake
  INSTALL_DESTINATION ${package} PATH_VARS share)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/generated/physgradConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/generated/physgradConfig.cmake ${PROJECT_BINARY_DIR}/generated/physgradConfigVersion.cmake
  ${PROJECT_SOURCE_DIR}/cmake/AddBench.cmake ${PROJECT_SOURCE_DIR}/cmake/Catalogue.cmake DESTINATION ${package})
