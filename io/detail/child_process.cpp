#include "synop/io/detail/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstring>
#include <fstream>

#include <fmt/format.h>

#include "synop/core/error.hpp"

namespace synop {

namespace {

constexpr int exception_code = 99;

void limit(int resource, std::uint64_t most) {
  rlimit both{};
  if (getrlimit(static_cast<__rlimit_resource_t>(resource), &both) != 0) return;
  both.rlim_cur = std::min<std::uint64_t>(most, both.rlim_max);
  setrlimit(static_cast<__rlimit_resource_t>(resource), &both);
}

// Of the whole process, in bytes; the limit of the operating system counts them all.
std::uint64_t address_space() {
  std::uint64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

[[noreturn]] void be_child(const std::function<int()>& work, const ChildLimits& limits) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (const int signal : {SIGINT, SIGTERM, SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGILL}) std::signal(signal, SIG_DFL);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_CPU, static_cast<std::uint64_t>(std::ceil(limits.cpu_seconds)));
  limit(RLIMIT_AS, address_space() + limits.memory_bytes);
  if (const int nowhere = ::open("/dev/null", O_WRONLY); nowhere >= 0) {
    ::dup2(nowhere, STDOUT_FILENO);
    ::dup2(nowhere, STDERR_FILENO);
  }
  int code = exception_code;
  try {
    code = work();
  } catch (...) {
    code = exception_code;
  }
  ::_exit(code);
}

// Waits until the child, which alone holds the other end of the pipe, is gone.
bool ends_in_time(int pipe_end, double seconds) {
  using Clock = std::chrono::steady_clock;
  const auto until = Clock::now() + std::chrono::duration<double>(seconds);
  while (true) {
    const double left = std::chrono::duration<double>(until - Clock::now()).count();
    if (left <= 0.0) return false;
    pollfd event{pipe_end, POLLIN, 0};
    const int ready = ::poll(&event, 1, static_cast<int>(std::min(left, 1e6) * 1e3) + 1);
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return true;
  }
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace

std::string ChildEnd::text() const {
  if (way == Way::out_of_time) return "took too long";
  if (way == Way::exited) return fmt::format("exited with {}", code);
  const char* const name = sigabbrev_np(code);
  return name != nullptr ? fmt::format("crashed (SIG{})", name) : fmt::format("crashed (signal {})", code);
}

ChildEnd run_in_child(const std::function<int()>& work, const ChildLimits& limits) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    throw Error(ErrorKind::file, fmt::format("cannot make a pipe: {}", std::strerror(errno)));
  const pid_t child = ::fork();
  if (child < 0) {
    const int reason = errno;
    ::close(ends[0]);
    ::close(ends[1]);
    throw Error(ErrorKind::file, fmt::format("cannot make a process: {}", std::strerror(reason)));
  }
  if (child == 0) {
    ::close(ends[0]);
    be_child(work, limits);
  }
  ::close(ends[1]);
  const bool in_time = ends_in_time(ends[0], limits.wall_seconds);
  ::close(ends[0]);
  if (!in_time) ::kill(child, SIGKILL);
  const int status = wait_for(child);
  if (!in_time || (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)) return {ChildEnd::Way::out_of_time, SIGXCPU};
  if (WIFSIGNALED(status)) return {ChildEnd::Way::crashed, WTERMSIG(status)};
  return {ChildEnd::Way::exited, WEXITSTATUS(status)};
}

}  // namespace synop
