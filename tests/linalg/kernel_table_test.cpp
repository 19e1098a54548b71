// What the entries of the kernels say of themselves, against the files, against each other and against runs.
#include "physgrad/linalg/kernel_table.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <stdexcept>

#include "physgrad/linalg/choose_kernel.hpp"
#include "spectra.hpp"

namespace physgrad::testing {
namespace {

TEST(KernelTable, HasEveryKernelOfTheFolderOnce) {
  std::set<std::string> named;
  for (const KernelEntry* entry : kernel_table()) {
    EXPECT_TRUE(named.insert(entry->name).second) << entry->name << " twice";
    EXPECT_EQ(find_kernel(entry->name), entry);
  }
  std::set<std::string> files;
  const std::filesystem::path folder = PHYSGRAD_SOURCE_DIR "/src/linalg/kernels";
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    std::string name = file.path().stem().string();
    std::replace(name.begin(), name.end(), '_', '-');
    // Half of two kernels, and no kernel by itself.
    if (file.path().extension() == ".cpp" && name != "svd-single") files.insert(name);
  }
  EXPECT_EQ(named, files);
}

TEST(KernelTable, NamesWhatItHasWhereAKernelIsUnknown) {
  EXPECT_EQ(find_kernel("auto"), nullptr);
  try {
    (void)kernel_entry("qr");
    FAIL();
  } catch (const std::invalid_argument& error) {
    EXPECT_NE(std::string(error.what()).find("'qr', known: auto, svd, qr-svd, gram"), std::string::npos)
        << error.what();
  }
}

TEST(KernelTable, WhoTakesOverExistsAndComesToAnEnd) {
  for (const auto next : {&KernelEntry::successor, &KernelEntry::safer})
    for (const KernelEntry* entry : kernel_table()) {
      std::set<const KernelEntry*> seen{entry};
      for (const KernelEntry* at = entry; at->*next != nullptr; at = find_kernel(at->*next)) {
        ASSERT_NE(find_kernel(at->*next), nullptr) << at->name << " names " << at->*next;
        ASSERT_TRUE(seen.insert(find_kernel(at->*next)).second) << entry->name << " comes back to " << at->*next;
      }
    }
  // Nobody takes over from what is as accurate as can be.
  for (const KernelEntry* entry : kernel_table()) EXPECT_TRUE(!entry->exact() || entry->successor == nullptr);
}

TEST(KernelTable, HasEveryEntryOnceAndTheReferenceFirst) {
  std::set<std::string> names;
  for (const KernelEntry* entry : kernel_table()) EXPECT_TRUE(names.insert(entry->name).second) << entry->name;
  EXPECT_EQ(names.size(), kernel_entries().size());
  EXPECT_STREQ(kernel_table().front()->name, "svd");
  for (const KernelEntry* entry : kernel_table())
    for (const char* other : {entry->successor, entry->safer}) EXPECT_TRUE(other == nullptr || names.contains(other));
}

TEST(KernelTable, OneKernelLivesWithinAnyLimit) {
  const auto count = std::ranges::count_if(kernel_table(), [](const KernelEntry* entry) { return entry->any_memory; });
  EXPECT_EQ(count, 1);
  const JacobianSize size{400, 9000, true};
  const double least = last_resort().bytes(size, {.memory_limit_bytes = 1});
  EXPECT_LT(least, last_resort().bytes(size, {}));
  EXPECT_EQ(last_resort().bytes(size, {.memory_limit_bytes = least + 8}), least + 8);
}

TEST(KernelTable, AutoTakesWhatFitsOrWhatAlwaysDoes) {
  int last = 0, tried = 0;
  for (const Index rows : {0, 1, 20, 48, 64, 500, 1600, 5000})
    for (const Index cols : {1, 31, 100, 3000, 30000})
      for (const bool structured : {false, true})
        for (const double tau : {0.0, 1e-9, 1e-6, 1e-3})
          for (const double accuracy : {1e-13, 1e-8, 1e-3})
            for (const double limit : {1.0, 1e4, 1e6, 1e8, 1e10, 1e300}) {
              const JacobianSize size{rows, cols, structured};
              const PartialInverseOptions options{.tau = tau, .accuracy = accuracy, .memory_limit_bytes = limit};
              const KernelChoice choice = choose_kernel(size, options);
              ASSERT_NE(choice.kernel, nullptr);
              last += choice.kernel == &last_resort() ? 1 : 0;
              EXPECT_TRUE(choice.kernel->any_memory || choice.kernel->bytes(size, options) <= limit)
                  << choice.kernel->name << " " << rows << " x " << cols << " within " << limit;
              EXPECT_TRUE(limit < 1e300 || choice.kernel != &last_resort());
              const auto expected = expected_kernels(options, rows, cols, structured);
              EXPECT_EQ(expected.front(), choice.kernel);
              EXPECT_EQ(expected.size() > 1, choice.otherwise != nullptr);
              if (choice.otherwise == nullptr) continue;
              tried += 1;
              EXPECT_TRUE(choice.kernel->worth_trying);
              EXPECT_LE(choice.otherwise->bytes(size, options), limit);
              EXPECT_LT(choice.kernel->operations(size, 0), 0.21 * choice.otherwise->operations(size, 0));
            }
  EXPECT_GT(last, 0);
  EXPECT_GT(tried, 0);
}

TEST(KernelTable, AutoInSinglePrecisionAsksTheRatioOfTheSides) {
  const auto choice = [](Index rows, Index cols) {
    return std::string(choose_kernel({rows, cols}, {.precision = "single"}).kernel->name);
  };
  EXPECT_EQ(choice(30, 59), "svd");
  EXPECT_EQ(choice(30, 60), "qr-svd");
  EXPECT_EQ(choice(60, 30), "qr-svd");
}

// Counts who asks for which Gram matrix.
class CountingJacobian final : public JacobianOperator {
 public:
  explicit CountingJacobian(const Matrix& matrix) : dense_(matrix) {}
  [[nodiscard]] Index rows() const override { return dense_.rows(); }
  [[nodiscard]] Index cols() const override { return dense_.cols(); }
  const Matrix& dense() override { return dense_.dense(); }
  Matrix gram() override { return padded_gram(1); }
  Matrix padded_gram(Index multiple) override {
    ++filled;
    return dense_.padded_gram(multiple);
  }
  void gram_lower(BlockLower& out) override {
    ++halves;
    dense_.gram_lower(out);
  }
  Vector times(const Vector& v) override { return dense_.times(v); }
  Vector transpose_times(const Vector& w) override { return dense_.transpose_times(w); }
  int filled = 0, halves = 0;

 private:
  DenseJacobian dense_;
};

TEST(KernelTable, FactsAreWhatARunShows) {
  std::mt19937_64 engine(21);
  const Matrix j = with_singular_values(40, 90, decaying(40, 2), engine);
  const Vector g = random_vector(40, engine);
  for (const KernelEntry* entry : kernel_table()) {
    CountingJacobian jacobian(j);
    const PartialInverseResult result =
        partial_inverse(jacobian, g, {.tau = 1.1e-3, .accuracy = 1e-6, .kernel = entry->name});
    ASSERT_EQ(result.kernel, entry->name) << result.reason;
    EXPECT_EQ(result.singular_values.size(), entry->singular_values ? 40 : 0) << entry->name;
    EXPECT_EQ(jacobian.filled > 0, entry->takes_filled_gram({40, 90})) << entry->name;
    EXPECT_EQ(jacobian.halves > 0, entry->takes_half_gram({40, 90})) << entry->name;
    EXPECT_EQ(result.flops, entry->operations({40, 90}, result.iterations)) << entry->name;
    const bool exact =
        run_kernel(j, g, {.tau = 1.1e-3, .accuracy = 1e-300, .kernel = entry->name}).kernel == entry->name;
    EXPECT_TRUE(exact || !entry->exact()) << entry->name;
  }
}

}  // namespace
}  // namespace physgrad::testing
