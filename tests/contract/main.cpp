#include <gtest/gtest.h>

#include "physgrad/start_up.hpp"

int main(int argc, char** argv) {
  physgrad::executable::choose_blas_core(argv);
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
