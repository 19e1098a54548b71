cmake_minimum_required(VERSION 3.25)
# Writes the header that names the commit and the program; leaves it untouched when nothing changed.
#   cmake -DSOURCE_DIR=... -DOUTPUT=version_commit.hpp -P WriteCommit.cmake
# The program is the commit where its sources are the commit's, byte for byte; otherwise the commit (or "unknown") with a
# hash of what the sources are. What git is told to ignore or to assume does not matter: the build takes what lies there.
set(program_places src problems bench cmake CMakeLists.txt docs/claims.json docs/references.bib results/schema)
set(program_sources "(^|/)[^./][^/]*\\.(c|cc|cpp|h|hh|hpp|inc|ipp|json|txt|cmake|bib)$")

set(sources "")
foreach(place IN LISTS program_places)
  if(IS_DIRECTORY ${SOURCE_DIR}/${place})
    file(GLOB_RECURSE found LIST_DIRECTORIES false RELATIVE ${SOURCE_DIR} ${SOURCE_DIR}/${place}/*)
    list(APPEND sources ${found})
  elseif(EXISTS ${SOURCE_DIR}/${place})
    list(APPEND sources ${place})
  endif()
endforeach()
list(FILTER sources INCLUDE REGEX "${program_sources}")
list(SORT sources)

# A hook's variables speak of another repository, and so does a repository that this folder merely lies in.
set(git ${CMAKE_COMMAND} -E env --unset=GIT_DIR --unset=GIT_WORK_TREE --unset=GIT_INDEX_FILE --unset=GIT_PREFIX
        git -c core.quotePath=false -C ${SOURCE_DIR})
set(commit "unknown")
execute_process(COMMAND ${git} rev-parse --show-prefix OUTPUT_VARIABLE prefix OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET
                RESULT_VARIABLE no_repository)
if(NOT no_repository AND prefix STREQUAL "")
  execute_process(COMMAND ${git} rev-parse --verify --short=12 HEAD OUTPUT_VARIABLE found OUTPUT_STRIP_TRAILING_WHITESPACE
                  ERROR_QUIET RESULT_VARIABLE no_commit)
  if(NOT no_commit)
    set(commit ${found})
  endif()
endif()

# Sets `result` to TRUE where the sources are those of the commit, in number and content.
function(is_committed result)
  set(${result} FALSE PARENT_SCOPE)
  execute_process(COMMAND ${git} ls-tree -r HEAD -- ${program_places} OUTPUT_VARIABLE committed RESULT_VARIABLE failed ERROR_QUIET)
  if(failed)
    return()
  endif()
  string(REGEX MATCHALL "[^\n]+" committed "${committed}")
  list(TRANSFORM committed REPLACE "^[0-9]+ [a-z]+ ([0-9a-f]+)\t(.*)$" "\\2 \\1")
  string(REPLACE ")$" ") [0-9a-f]+$" committed_sources "${program_sources}")
  list(FILTER committed INCLUDE REGEX "${committed_sources}")

  list(JOIN sources "\n" names)
  file(WRITE ${OUTPUT}.sources "${names}\n")
  execute_process(COMMAND ${git} hash-object --stdin-paths INPUT_FILE ${OUTPUT}.sources OUTPUT_VARIABLE hashes
                  RESULT_VARIABLE failed ERROR_QUIET)
  file(REMOVE ${OUTPUT}.sources)
  if(failed)
    return()
  endif()
  string(REGEX MATCHALL "[^\n]+" hashes "${hashes}")
  set(present "")
  foreach(name hash IN ZIP_LISTS sources hashes)
    list(APPEND present "${name} ${hash}")
  endforeach()
  list(SORT committed)
  list(SORT present)
  if(present STREQUAL committed)
    set(${result} TRUE PARENT_SCOPE)
  endif()
endfunction()

set(dirty true)
if(NOT commit STREQUAL "unknown")
  is_committed(clean)
  if(clean)
    set(dirty false)
  endif()
endif()
set(program ${commit})
if(dirty)
  set(content "")
  foreach(source IN LISTS sources)
    file(SHA256 ${SOURCE_DIR}/${source} hash)
    string(APPEND content "${source} ${hash}\n")
  endforeach()
  string(SHA256 hash "${content}")
  string(SUBSTRING ${hash} 0 12 hash)
  string(APPEND program "+${hash}")
endif()
file(CONFIGURE OUTPUT ${OUTPUT} @ONLY CONTENT
"#pragma once
#define PHYSGRAD_COMMIT \"@commit@\"
#define PHYSGRAD_DIRTY @dirty@
#define PHYSGRAD_PROGRAM \"@program@\"
")
