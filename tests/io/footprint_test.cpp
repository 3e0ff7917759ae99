#include "synop/io/deployment/footprint.hpp"

#include <cstdlib>
#include <memory_resource>
#include <new>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/deployed_networks.hpp"
#include "synop/core/error.hpp"
#include "synop/io/deployment/deployable.hpp"
#include "synop/io/deployment/deployed_network.hpp"
#include "synop/io/model_catalogue.hpp"

namespace {
// What this thread has asked the heap for since it was last set to 0.
thread_local std::uint64_t heap_bytes = 0;
}  // namespace

void* operator new(std::size_t bytes) {
  heap_bytes += bytes;
  if (void* const memory = std::malloc(bytes == 0 ? 1 : bytes)) return memory;
  throw std::bad_alloc();
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  heap_bytes += bytes;
  const auto unit = static_cast<std::size_t>(alignment);
  if (void* const memory = std::aligned_alloc(unit, (bytes + unit - 1) / unit * unit)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace synop {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// Hands on what is asked for and counts it.
class CountingMemory final : public std::pmr::memory_resource {
 public:
  std::uint64_t peak() const { return peak_; }
  std::uint64_t held() const { return held_; }
  int allocations() const { return allocations_; }

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    held_ += bytes;
    peak_ = std::max(peak_, held_);
    ++allocations_;
    return std::pmr::new_delete_resource()->allocate(bytes, alignment);
  }
  void do_deallocate(void* memory, std::size_t bytes, std::size_t alignment) override {
    held_ -= bytes;
    std::pmr::new_delete_resource()->deallocate(memory, bytes, alignment);
  }
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }

  std::uint64_t held_ = 0, peak_ = 0;
  int allocations_ = 0;
};

StepNetwork steps_of(const std::string& text, Delay step = Delay{ticks_per_ms}) {
  const Experiment experiment = parse_experiment(text, "test.toml", model_catalogue());
  return Deployable(experiment, 1).steps(step);
}

TEST(Footprint, IsToTheByteWhatACountingAllocatorSees) {
  for (const auto& [title, text] : test::deployable_experiments())
    for (const Delay step : {Delay{ticks_per_ms}, Delay{ticks_per_ms / 10}})
      for (const Precision precision : precisions()) {
        SCOPED_TRACE(title + ", " + std::string(name(precision.weights)));
        const StepNetwork network = steps_of(text, step);
        const Footprint predicted = footprint(network, precision);
        CountingMemory flash, ram;
        {
          const Buffer image = make_image(network, quantise(network, precision), &flash);
          heap_bytes = 0;
          Buffer state(header_of(image.bytes()).ram_bytes, &ram);
          DeployedNetwork deployed(image.bytes(), state.bytes());
          for (int k = 0; k < 300; ++k) {  // all that can fire does, so the queue holds all it can
            for (std::uint32_t i = 0; i < network.populations[0].size; ++i) deployed.set_spike(0, i);
            deployed.step();
          }
          EXPECT_EQ(heap_bytes, predicted.bytes(Memory::ram));  // of the whole process, not only of this resource
        }
        EXPECT_EQ(flash.peak(), predicted.bytes(Memory::flash));
        EXPECT_EQ(ram.peak(), predicted.bytes(Memory::ram));
        EXPECT_EQ(flash.allocations(), 1);
        EXPECT_EQ(ram.allocations(), 1);
        EXPECT_EQ(flash.held() + ram.held(), 0u);
      }
}

TEST(Footprint, IsTheOneCountedByHand) {
  // 30 sources and 21 neurons, all to all: 630 weights of one byte, padded to 632. 30 and 21 bits of spikes, 2 and 1
  // steps of them: 2 x 4 and 3 bytes, padded to 4. A potential of 4 bytes and a counter of one for each neuron.
  const Footprint f =
      footprint(steps_of(test::deployable_experiments()[0].second), {WeightType::int8, StateType::int32});
  EXPECT_EQ(f.bytes(Memory::flash, "weights"), 632u);
  EXPECT_EQ(f.bytes(Memory::flash, "indices"), 0u);
  EXPECT_EQ(f.bytes(Memory::flash, "delays"), 0u);
  EXPECT_EQ(f.bytes(Memory::ram, "event queue"), 8u + 4u);
  EXPECT_EQ(f.bytes(Memory::ram, "state"), 84u + 24u);
  EXPECT_EQ(f.bytes(Memory::ram), 8u + 12u + 108u);
}

TEST(Footprint, ADenseMatrixIsChosenWhereItIsSmaller) {
  const auto layout = [](const std::string& p, WeightType weights) {
    std::string text = test::deployable_experiments()[0].second;
    const std::string rule = "rule = \"all_to_all\"";
    text.replace(text.find(rule), rule.size(), "rule = \"pairwise_bernoulli\"\np = " + p);
    return layout_of(steps_of(text).projections[0], weights).connectivity;
  };
  EXPECT_EQ(layout("0.9", WeightType::int8), Connectivity::dense);
  EXPECT_EQ(layout("0.2", WeightType::int8), Connectivity::rows);
  EXPECT_EQ(layout("0.6", WeightType::int8), Connectivity::dense);    // an index costs as much as a weight
  EXPECT_EQ(layout("0.6", WeightType::float32), Connectivity::rows);  // a quarter as much
}

TEST(Footprint, ABudgetOfExactlyThatIsEnoughAndOneByteLessIsNot) {
  for (const auto& [title, text] : test::deployable_experiments())
    for (const Precision precision : precisions()) {
      SCOPED_TRACE(title);
      const StepNetwork network = steps_of(text);
      const Footprint f = footprint(network, precision);
      const std::uint64_t flash = f.bytes(Memory::flash), ram = f.bytes(Memory::ram);
      EXPECT_TRUE(refusal(network, f, {flash, ram}).empty());
      const auto no_flash = overflows(f, {flash - 1, ram}), no_ram = overflows(f, {flash, ram - 1});
      ASSERT_EQ(no_flash.size(), 1u);
      ASSERT_EQ(no_ram.size(), 1u);
      EXPECT_EQ(no_flash[0].needed, no_flash[0].available + 1);
      EXPECT_EQ(no_ram[0].memory, Memory::ram);
      // The last term is the one that does not fit any more.
      EXPECT_EQ(no_ram[0].term.what, "event queue");
      EXPECT_THAT(
          refusal(network, f, {flash, ram - 1}).front(),
          AllOf(HasSubstr("RAM needs"), HasSubstr("event queue of population"), HasSubstr("by 1 bytes in all")));
    }
}

TEST(Footprint, SaysWhichPrecisionWouldFit) {
  const StepNetwork network = steps_of(test::deployable_experiments()[0].second);
  const Footprint f = footprint(network, {WeightType::float32, StateType::float32});
  const std::uint64_t of_int16 = footprint(network, {WeightType::int16, StateType::int32}).bytes(Memory::flash);
  EXPECT_THAT(refusal(network, f, {of_int16, {}}).back(),
              AllOf(HasSubstr("int8 weights with a state of int16"), HasSubstr("int16 weights with a state of int32"),
                    testing::Not(HasSubstr("float32"))));
  EXPECT_EQ(refusal(network, f, {0, {}}).back(), "no precision would fit");
}

TEST(Footprint, ReadsSizesOfMemories) {
  EXPECT_EQ(parse_bytes("--sram", "320k"), 327680u);
  EXPECT_EQ(parse_bytes("--sram", "1M"), 1048576u);
  EXPECT_EQ(parse_bytes("--sram", "1.5 KiB"), 1536u);
  EXPECT_EQ(parse_bytes("--sram", "4096"), 4096u);
  for (const char* const wrong : {"", "k", "1kB", "-1", "1e99G", "nan", "12 apples"})
    EXPECT_THROW(parse_bytes("--sram", wrong), Error) << wrong;
}

TEST(Footprint, NoImageForPrecisionsThatDoNotExist) {
  EXPECT_EQ(precision_of("int8", ""), (Precision{WeightType::int8, StateType::int32}));
  EXPECT_EQ(precision_of("float32", ""), (Precision{WeightType::float32, StateType::float32}));
  EXPECT_THROW(precision_of("int4", ""), Error);
  EXPECT_THROW(precision_of("int8", "float32"), Error);
  EXPECT_THROW(precision_of("float32", "int32"), Error);
}

}  // namespace
}  // namespace synop
