#include "synop/core/operations.hpp"

#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "synop/core/error.hpp"

namespace synop {
namespace {

TEST(Operations, EveryOneHasItsOwnNameAndASentence) {
  std::set<std::string_view> names;
  for (const Operation operation : all_operations()) {
    EXPECT_TRUE(names.insert(name(operation)).second) << name(operation);
    EXPECT_EQ(doc(operation).back(), '.');
  }
  EXPECT_EQ(names.size(), operation_count);
  EXPECT_EQ(name(Operation::plasticity_update), "plasticity_update");
}

TEST(OperationCounts, AddAndSubtractClassByClass) {
  OperationCounts a, b;
  std::uint64_t n = 0;
  for (const Operation operation : all_operations()) {
    a[operation] = ++n;
    b[operation] = 1000 * n;
  }
  const OperationCounts sum = a + b;
  n = 0;
  for (const Operation operation : all_operations()) EXPECT_EQ(sum[operation], 1001 * ++n);
  EXPECT_EQ(sum - b, a);
}

TEST(OperationCounts, NeverWrapAround) {
  OperationCounts one, most;
  one[Operation::mac] = 1;
  most[Operation::mac] = ~std::uint64_t{0};
  EXPECT_THROW(most += one, Error);
  EXPECT_THROW(OperationCounts{} - one, Error);
}

// The network of Diehl et al., IJCNN 2015: 784 x 1200 + 1200 x 1200 + 1200 x 10 weights.
TEST(DenseAnn, CountsAMacForEveryWeight) {
  const std::vector<std::size_t> layers = {784, 1200, 1200, 10};
  const OperationCounts counts = dense_ann_operations(layers);
  EXPECT_EQ(counts[Operation::mac], 2'392'800U);
  EXPECT_EQ(counts[Operation::activation_read], 2'392'800U);
  EXPECT_EQ(counts[Operation::bias_add], 2'410U);
  EXPECT_EQ(counts[Operation::weight_read], 2'392'800U + 2'410U);
  EXPECT_EQ(counts[Operation::state_write], 2'410U);
  const OperationCounts plain = dense_ann_operations(layers, false);
  EXPECT_EQ(plain[Operation::bias_add], 0U);
  EXPECT_EQ(plain[Operation::weight_read], 2'392'800U);
}

TEST(DenseAnn, OfSeveralLayersIsTheSumOfItsLayers) {
  const std::vector<std::size_t> whole = {30, 20, 7}, first = {30, 20}, second = {20, 7};
  EXPECT_EQ(dense_ann_operations(whole), dense_ann_operations(first) + dense_ann_operations(second));
}

TEST(DenseAnn, RefusesWhatIsNoNetwork) {
  const std::vector<std::size_t> single = {10}, empty = {10, 0}, huge = {std::size_t{1} << 40, std::size_t{1} << 40};
  EXPECT_THROW(dense_ann_operations(single), Error);
  EXPECT_THROW(dense_ann_operations(empty), Error);
  EXPECT_THROW(dense_ann_operations(huge), Error);
}

}  // namespace
}  // namespace synop
