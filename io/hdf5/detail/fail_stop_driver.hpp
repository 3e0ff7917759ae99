#pragma once

#include "synop/io/hdf5/detail/handle.hpp"

// A driver through which HDF5 writes a file so that a failing disk does no more harm than a kill.
//
// With its own driver HDF5 1.10 goes on after a failed write: it updates the file's header, which then promises more
// than the file holds so that nobody can open it, and it crashes when the library shuts down. Here the first failed
// write is remembered and every later one is dropped. HDF5 notices nothing and closes in good order, the file stays
// as it was at that moment, and the one who writes asks write_failure() after each flush.
namespace synop::hdf5 {

// A file access property list that selects the driver.
Handle fail_stop_access();

// The errno of the first write that failed, or 0. `file` was created with fail_stop_access().
int write_failure(const Object& file);

}  // namespace synop::hdf5
