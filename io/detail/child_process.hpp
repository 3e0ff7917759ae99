#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace synop {

// What a child process may use before it is ended.
struct ChildLimits {
  double cpu_seconds = 10.0;
  double wall_seconds = 40.0;
  std::uint64_t memory_bytes = std::uint64_t{1} << 32;  // beyond what the process has when the child is made
};

// How a child process ended.
struct ChildEnd {
  enum class Way { exited, crashed, out_of_time };
  Way way = Way::exited;
  int code = 0;  // exit code, or the number of the signal

  std::string text() const;  // "exited with 1", "crashed (SIGSEGV)", "took too long"
};

// Runs `work` in a copy of this process that shares nothing with it but open files, and waits for its end: for code
// that may crash, hang or eat memory on damaged input. The child's exit code is what `work` returns; an exception
// ends it with 99. It leaves no core file and prints nothing. Only the calling thread lives in the child, so `work` must not
// need other threads or their locks. Throws Error(file) when no process can be made.
ChildEnd run_in_child(const std::function<int()>& work, const ChildLimits& limits);

}  // namespace synop
