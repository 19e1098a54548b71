# `cpack -G DEB` in a build directory: the program with its documents as a Debian package. scripts/package builds one for
# processors of the last fifteen years.
set(PHYSGRAD_MAINTAINER "the physgrad-bench authors" CACHE STRING "Maintainer of the package, as NAME <ADDRESS>")
set(CPACK_GENERATOR DEB)
set(CPACK_COMPONENTS_ALL program)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_PACKAGE_NAME physgrad-bench)
set(CPACK_PACKAGE_VENDOR "the physgrad-bench authors")
set(CPACK_PACKAGE_CONTACT "${PHYSGRAD_MAINTAINER}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "benchmark of updates that train networks through simulators")
set(CPACK_PACKAGE_DESCRIPTION "Pairs toy physics problems with every family of update that trains a neural
network through a physics simulator (differentiable physics, physical
gradients, half-inverse gradients, Gauss-Newton and their kin) and measures
convergence, wall time and memory on one clock. This build takes a processor
of ${PHYSGRAD_ARCH}.")
if(NOT PHYSGRAD_ARCH)
  string(REGEX REPLACE " This build takes.*" "" CPACK_PACKAGE_DESCRIPTION "${CPACK_PACKAGE_DESCRIPTION}")
endif()
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "gnuplot-nox, bash-completion")
if(PHYSGRAD_MARCH MATCHES "native")
  # What runs here need not run there.
  file(WRITE ${PROJECT_BINARY_DIR}/generated/refuse_package.cmake
       "message(FATAL_ERROR \"this build is for this machine alone (${PHYSGRAD_MARCH}); scripts/package makes a package for others\")\n")
  set(CPACK_PROJECT_CONFIG_FILE ${PROJECT_BINARY_DIR}/generated/refuse_package.cmake)
endif()
if(PROJECT_IS_TOP_LEVEL)
  include(CPack)
endif()
