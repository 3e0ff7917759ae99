#pragma once

#include <cstdint>
#include <exception>
#include <limits>

namespace synop {

// Keeps exceptions inside a parallel loop. Of those of several iterations it keeps the one of the lowest, so that what
// is reported does not depend on the number of threads, as long as every iteration is run.
class FirstFailure {
 public:
  template <class Work>
  void guard(std::int64_t iteration, Work work) {
    try {
      work();
    } catch (...) {
#pragma omp critical(synop_first_failure)
      if (iteration < iteration_) {
        iteration_ = iteration;
        failure_ = std::current_exception();
      }
    }
  }
  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  std::int64_t iteration_ = std::numeric_limits<std::int64_t>::max();
  std::exception_ptr failure_;
};

}  // namespace synop
