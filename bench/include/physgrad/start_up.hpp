#pragma once
// What an executable settles about its libraries before it works with them. Linked into every executable.
//
// Before any library starts, their threads are held to one: OpenBLAS starts a thread for every processor while it is
// loaded, each with a buffer of 128 MB, and waits for ever where a limit does not allow that. What it reads of the
// environment is therefore set for a new start of the program, ahead of all constructors (start_up.cpp).

namespace physgrad::executable {

/// Where OpenBLAS took the processor for an older one and the user has not chosen: starts the program again with a core
/// that fits, which Environment::blas_core then names. To be called first in main.
void choose_blas_core(char** arguments);

}  // namespace physgrad::executable
