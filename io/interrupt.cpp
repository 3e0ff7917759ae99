#include "synop/io/interrupt.hpp"

#include <csignal>

#include "synop/core/error.hpp"

namespace synop {

namespace {

volatile std::sig_atomic_t requested = 0;

extern "C" void request_end(int signal) {
  if (requested != 0) {
    std::signal(signal, SIG_DFL);
    std::raise(signal);
  }
  requested = signal;
}

}  // namespace

void install_signal_handlers() {
  std::signal(SIGINT, request_end);
  std::signal(SIGTERM, request_end);
  std::signal(SIGXFSZ, SIG_IGN);  // a write beyond the limit of a file's size then fails as on a full disk
}

int interrupted_by() { return requested; }

void refuse_if_interrupted() {
  if (requested != 0) throw Error(ErrorKind::interrupted, "interrupted before the run began; nothing was written");
}

void set_interrupted_by(int signal) { requested = signal; }

}  // namespace synop
