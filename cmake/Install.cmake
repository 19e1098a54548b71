# What `cmake --install` puts where: the program, the library with its headers, the settings of the problems to read, the
# sources of the contract tests, and the package that find_package(physgrad) reads.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(headers ${CMAKE_INSTALL_INCLUDEDIR})
set(share ${CMAKE_INSTALL_DATADIR}/physgrad)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/physgrad)

# The program has its manual page and its completions from itself. It is a component of its own, which is what the Debian
# package holds (cmake/Package.cmake); the library is the other.
install(TARGETS physgrad-bench RUNTIME COMPONENT program)
set(pages ${PROJECT_BINARY_DIR}/pages)
# Compressed as Debian wants them, where that can be done.
find_program(GZIP gzip)
set(compress "")
set(packed "")
if(GZIP)
  set(compress COMMAND ${GZIP} -9nf ${pages}/physgrad-bench.1 ${pages}/changelog)
  set(packed .gz)
endif()
add_custom_command(OUTPUT ${pages}/bash ${pages}/_physgrad-bench ${pages}/physgrad-bench.fish ${pages}/physgrad-bench.1${packed} ${pages}/changelog${packed}
  COMMAND physgrad-bench completions bash > ${pages}/bash
  COMMAND physgrad-bench completions zsh > ${pages}/_physgrad-bench
  COMMAND physgrad-bench completions fish > ${pages}/physgrad-bench.fish
  COMMAND physgrad-bench man > ${pages}/physgrad-bench.1
  COMMAND ${CMAKE_COMMAND} -E copy ${PROJECT_SOURCE_DIR}/CHANGELOG.md ${pages}/changelog
  ${compress}
  DEPENDS physgrad-bench ${PROJECT_SOURCE_DIR}/CHANGELOG.md COMMENT "Completions and manual page")
file(MAKE_DIRECTORY ${pages})
add_custom_target(physgrad_pages ALL DEPENDS ${pages}/physgrad-bench.1${packed})
install(FILES ${pages}/bash RENAME physgrad-bench DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions COMPONENT program)
install(FILES ${pages}/_physgrad-bench DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions COMPONENT program)
install(FILES ${pages}/physgrad-bench.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d COMPONENT program)
install(FILES ${pages}/physgrad-bench.1${packed} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT program)
# Laid out as in the tree, so that links between them lead somewhere.
set(documents ${CMAKE_INSTALL_DATADIR}/doc/physgrad-bench)
install(FILES README.md CHANGELOG.md CONTRIBUTING.md CITATION.cff DESTINATION ${documents} COMPONENT program)
install(FILES ${pages}/changelog${packed} DESTINATION ${documents} COMPONENT program)
install(FILES LICENSE DESTINATION ${documents} RENAME copyright COMPONENT program)
install(DIRECTORY docs/ DESTINATION ${documents}/docs COMPONENT program)
install(FILES results/README.md DESTINATION ${documents}/results COMPONENT program)
include(cmake/Package.cmake)

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
