#include "synop/io/tasks/sample_presenter.hpp"

#include <algorithm>

#include <omp.h>

#include "synop/io/interrupt.hpp"
#include "synop/io/stopwatch.hpp"
#include "synop/io/tasks/detail/first_failure.hpp"

namespace synop {

namespace {

// Samples whose responses are held at a time: as many as take about half a second, so that progress is seen and an
// interruption heard.
class ChunkSize {
 public:
  explicit ChunkSize(std::uint64_t threads) : samples_(8 * threads) {}

  std::uint64_t samples() const { return samples_; }
  void took(double seconds) {
    if (seconds < 0.25 && samples_ < most) samples_ *= 2;
    if (seconds > 2.0 && samples_ > 1) samples_ /= 2;
  }

 private:
  static constexpr std::uint64_t most = 1024;
  std::uint64_t samples_;
};

}  // namespace

std::uint64_t present_on_threads(std::span<SamplePresenter* const> presenters, std::uint64_t first, std::uint64_t count,
                                 std::uint64_t number_base,
                                 const std::function<void(std::uint64_t, const Response&)>& receive) {
  ChunkSize chunk(presenters.size());
  std::vector<Response> responses;
  std::uint64_t done = 0;
  while (done < count && interrupted_by() == 0) {
    const auto size = static_cast<std::int64_t>(std::min(chunk.samples(), count - done));
    responses.resize(static_cast<std::size_t>(size));
    const Stopwatch watch;
    FirstFailure failure;
#pragma omp parallel for schedule(dynamic, 1) num_threads(static_cast<int>(presenters.size()))
    for (std::int64_t i = 0; i < size; ++i) {
      failure.guard(i, [&] {
        const std::uint64_t sample = first + done + static_cast<std::uint64_t>(i);
        SamplePresenter& presenter = *presenters[static_cast<std::size_t>(omp_get_thread_num())];
        responses[static_cast<std::size_t>(i)] = presenter.present(sample, number_base + sample);
      });
    }
    failure.rethrow();
    chunk.took(watch.seconds());
    for (std::int64_t i = 0; i < size; ++i)
      receive(first + done + static_cast<std::uint64_t>(i), responses[static_cast<std::size_t>(i)]);
    done += static_cast<std::uint64_t>(size);
  }
  return done;
}

}  // namespace synop
