#pragma once

namespace synop {

// SIGINT and SIGTERM ask a run to end cleanly with what it has computed; a second one ends the program at once.
void install_signal_handlers();

// The signal that asked, 0 if none did.
int interrupted_by();

// Throws Error(interrupted) if one did.
void refuse_if_interrupted();

// Forgets a request, or makes one as a signal would (for tests).
void set_interrupted_by(int signal);

}  // namespace synop
