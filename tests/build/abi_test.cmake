cmake_minimum_required(VERSION 3.25)
# A program for another instruction set than the library's does not compile, and is told what to add.
#   cmake -DCOMPILER=... -DFLAGS=the library's -DINCLUDES=folder;... -DABI=library_abi.hpp -DFOLDER=... -P abi_test.cmake
separate_arguments(FLAGS UNIX_COMMAND "${FLAGS}")
list(TRANSFORM INCLUDES PREPEND -I)
file(WRITE ${FOLDER}/consumer.cpp "#include \"physgrad/core/types.hpp\"\nint main() { return static_cast<int>(physgrad::Matrix(2, 2).size()) - 4; }\n")

# Sets `failed` and `complaint` of a program compiled with these flags.
macro(consume)
  execute_process(COMMAND ${COMPILER} -std=c++20 -fsyntax-only ${INCLUDES} ${ARGN} ${FOLDER}/consumer.cpp RESULT_VARIABLE failed
                  ERROR_VARIABLE complaint)
endmacro()

consume(${FLAGS})
if(failed)
  message(FATAL_ERROR "with the library's flags (${FLAGS}) a program does not compile:\n${complaint}")
endif()
file(STRINGS ${ABI} register REGEX "REGISTER_BYTES")
string(REGEX MATCH "[0-9]+$" register "${register}")
# The levels have registers of 16, 32 and 64 bytes.
set(march_16 -march=x86-64-v2)
set(march_32 -march=x86-64-v3)
set(march_64 -march=x86-64-v4)
foreach(other 16 32 64)
  if(NOT other EQUAL register)
    consume(${march_${other}})
    if(NOT failed)
      message(SEND_ERROR "${march_${other}} compiles against a library with registers of ${register} bytes")
    elseif(NOT complaint MATCHES "physgrad library was built for another instruction set")
      message(SEND_ERROR "${march_${other}} fails, but not with the message:\n${complaint}")
    endif()
    foreach(flag IN LISTS FLAGS)
      if(flag MATCHES "^-march" AND NOT complaint MATCHES "compile this program with [^\n]*${flag}")
        message(SEND_ERROR "the message does not name ${flag}:\n${complaint}")
      endif()
    endforeach()
  endif()
endforeach()
