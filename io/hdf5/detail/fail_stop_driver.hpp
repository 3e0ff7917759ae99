#pragma once

#include "synop/io/hdf5/detail/handle.hpp"

// A driver through which HDF5 writes a file so that neither a kill nor a failing disk costs what was flushed before.
//
// HDF5 writes its own structures (headers, indices) whenever it likes, old ones in place and before what they refer to.
// Here they wait in memory until HDF5 flushes, when all data is in the file, and then go out in one short burst, new
// structures before those that refer to them.
//
// After a failed write HDF5 1.10 goes on, leaves a file that promises more than it holds and crashes when the library
// shuts down. Here the first failure is remembered and every later write is dropped. HDF5 notices nothing and closes in
// good order, the file stays as it was at that moment, and the one who writes asks write_failure() after each flush.
namespace synop::hdf5 {

// A file access property list that selects the driver.
Handle fail_stop_access();

// The errno of the first write that failed, or 0. `file` was created with fail_stop_access().
int write_failure(const Object& file);

}  // namespace synop::hdf5
