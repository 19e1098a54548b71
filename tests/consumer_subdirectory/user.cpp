#include "physgrad/bench.hpp"

int user(int argc, char** argv) { return physgrad::bench(argc, argv, physgrad::Catalogue::built_in()); }
