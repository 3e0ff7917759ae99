#include "synop/io/tasks/vector_set.hpp"

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/csv/csv_table.hpp"

namespace synop {

VectorSet read_vector_csv(const std::filesystem::path& path, std::uint32_t classes, ValueRange range) {
  const CsvTable table = CsvTable::read(path);
  VectorSet set{.dimension = 0, .values = {}, .labels = table.ids("label", classes), .origin = path.string()};
  if (table.rows() == 0 || table.columns().size() < 2)
    throw Error(ErrorKind::input, fmt::format("{} holds {} samples of {} channels; both must be 1 or more",
                                              path.string(), table.rows(), table.columns().size() - 1));
  set.dimension = static_cast<std::uint32_t>(table.columns().size() - 1);
  set.values.resize(set.size() * set.dimension);
  std::size_t channel = 0;
  for (const std::string& column : table.columns()) {
    if (column == "label") continue;
    const std::span<const double> values = table.values(column);
    for (std::size_t row = 0; row < values.size(); ++row) {
      if (values[row] < range.low || values[row] > range.high)
        table.refuse(row, column,
                     fmt::format("value {} is outside [{}, {}], the range of values that the experiment gives",
                                 values[row], range.low, range.high));
      set.values[row * set.dimension + channel] = (values[row] - range.low) / (range.high - range.low);
    }
    ++channel;
  }
  return set;
}

}  // namespace synop
