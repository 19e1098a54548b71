#include <utility>

#include "physgrad/bench.hpp"

int main(int argc, char** argv) {
  return physgrad::bench(argc, argv, [] {
    physgrad::Catalogue catalogue = physgrad::Catalogue::built_in();
    physgrad::MethodEntry again = catalogue.method("gn");
    catalogue.add(std::move(again));
    return catalogue;
  });
}
