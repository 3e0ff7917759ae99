#pragma once

#include <iosfwd>
#include <string>

#include "synop/io/tasks/task_result.hpp"

namespace synop {

// The result of a task as tables for people, and as JSON (docs/file_formats.md).
void print_task_result(std::ostream& out, const TaskResult& result);
std::string task_result_json(const TaskResult& result);

}  // namespace synop
