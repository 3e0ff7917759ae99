#include "synop/io/sonata/detail/rows.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include "synop/core/error.hpp"

namespace synop::sonata {

namespace {

[[noreturn]] void refuse(const std::string& message) { throw Error(ErrorKind::input, message); }

constexpr double absent = std::numeric_limits<double>::quiet_NaN();

// Gives every text a number.
class Values {
 public:
  explicit Values(TextColumn& column) : column_(column) {
    for (std::uint32_t i = 0; i < column.values.size(); ++i) numbers_.emplace(column.values[i], i);
  }
  std::uint32_t number_of(const std::string& text) {
    const auto [at, added] = numbers_.emplace(text, static_cast<std::uint32_t>(column_.values.size()));
    if (added) column_.values.push_back(text);
    return at->second;
  }

 private:
  TextColumn& column_;
  std::map<std::string, std::uint32_t> numbers_;
};

double number_of(const std::string& text, const std::string& where, std::string_view column) {
  double value = 0.0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
    refuse(fmt::format("{}: {} = '{}' is not a finite number", where, column, text));
  return value;
}

std::string text_of(const SnapshotArray& values, std::size_t i) {
  if (values.kind == SnapshotArray::Kind::text) return values.texts[i];
  if (values.kind == SnapshotArray::Kind::real) return fmt::format("{}", values.reals[i]);
  if (values.kind == SnapshotArray::Kind::signed_integer) return fmt::format("{}", values.signed_integers[i]);
  return fmt::format("{}", values.unsigned_integers[i]);
}

}  // namespace

Rows::Rows(std::shared_ptr<const Hdf5Snapshot> file, std::string path, std::string_view kind,
           std::shared_ptr<const TypeTable> types, std::string population)
    : file_(std::move(file)), types_(std::move(types)), path_(std::move(path)), population_(std::move(population)) {
  types_of_rows_ = file_->integers(fmt::format("{}/{}_type_id", path_, kind));
  read_groups(kind);
  check_types(kind);
}

std::string Rows::where(std::string_view dataset) const {
  return file_->name_of(dataset.empty() ? path_ : fmt::format("{}/{}", path_, dataset));
}

void Rows::read_groups(std::string_view kind) {
  const std::string ids_path = fmt::format("{}/{}_group_id", path_, kind);
  const std::string index_path = fmt::format("{}/{}_group_index", path_, kind);
  if (!file_->has_dataset(ids_path) && !file_->has_dataset(index_path)) {  // no attributes of their own
    groups_ = {{0, path_ + "/0"}};
    if (file_->has_group(groups_.front().path) && !file_->children(groups_.front().path).empty() && size() > 0)
      refuse(fmt::format("there is no dataset {}", file_->name_of(ids_path)));
    group_of_row_.assign(size(), 0);
    index_of_row_.assign(size(), 0);
    return;
  }
  const std::vector<std::uint64_t> ids = file_->ids(ids_path);
  index_of_row_ = file_->ids(index_path);
  for (const auto& [path, length] : {std::pair(ids_path, ids.size()), std::pair(index_path, index_of_row_.size())})
    if (length != size())
      refuse(fmt::format("{} has {} rows but {} has {}; they must be equally long", file_->name_of(path), length,
                         where(fmt::format("{}_type_id", kind)), size()));
  const std::set<std::uint64_t> distinct(ids.begin(), ids.end());
  for (const std::uint64_t id : distinct) groups_.push_back({id, fmt::format("{}/{}", path_, id)});
  const auto exists = [&](const Group& group) { return file_->has_group(group.path); };
  if (std::any_of(groups_.begin(), groups_.end(), exists)) {
    const auto missing = std::find_if_not(groups_.begin(), groups_.end(), exists);
    if (missing != groups_.end())
      refuse(fmt::format("{} holds {} at row {}, but there is no group {}", file_->name_of(ids_path), missing->id,
                         std::find(ids.begin(), ids.end(), missing->id) - ids.begin(), file_->name_of(missing->path)));
  }
  group_of_row_.reserve(size());
  for (const std::uint64_t id : ids) {
    const auto at = std::lower_bound(groups_.begin(), groups_.end(), id,
                                     [](const Group& group, std::uint64_t wanted) { return group.id < wanted; });
    group_of_row_.push_back(static_cast<std::uint32_t>(at - groups_.begin()));
  }
}

void Rows::check_types(std::string_view kind) const {
  std::set<std::int64_t> seen;
  for (std::size_t row = 0; row < size(); ++row) {
    const std::int64_t type = types_of_rows_[row];
    if (type == -1 || types_->file().empty() || !seen.insert(type).second) continue;
    if (!types_->find(type, population_))
      refuse(fmt::format("{} holds {} at row {}, a type that '{}' does not have", where(fmt::format("{}_type_id", kind)),
                         type, row, types_->file()));
  }
}

std::vector<std::uint32_t> Rows::type_rows() const {
  std::map<std::int64_t, std::uint32_t> known;
  std::vector<std::uint32_t> rows;
  rows.reserve(size());
  for (const std::int64_t type : types_of_rows_) {
    auto at = known.find(type);
    if (at == known.end()) {
      const auto row = types_->find(type, population_);
      at = known.emplace(type, row ? static_cast<std::uint32_t>(*row) : no_value).first;
    }
    rows.push_back(at->second);
  }
  return rows;
}

bool Rows::has(std::string_view name) const {
  if (types_->has_column(name)) return true;
  return std::any_of(groups_.begin(), groups_.end(),
                     [&](const Group& group) { return file_->has_dataset(fmt::format("{}/{}", group.path, name)); });
}

void Rows::check_length(const std::string& dataset, std::size_t length, std::size_t group) const {
  for (std::size_t row = 0; row < size(); ++row)
    if (group_of_row_[row] == group && index_of_row_[row] >= length)
      refuse(fmt::format("{} has {} rows, but row {} of {} is its index {}", file_->name_of(dataset), length, row, where(),
                         index_of_row_[row]));
}

void Rows::add_numbers(const std::string& dataset, std::size_t group, std::vector<double>& values) const {
  const std::vector<double> own = file_->numbers(dataset);
  check_length(dataset, own.size(), group);
  for (std::size_t row = 0; row < size(); ++row) {
    if (group_of_row_[row] != group) continue;
    values[row] = own[index_of_row_[row]];
    if (!std::isfinite(values[row]))
      refuse(fmt::format("{} holds {} at row {}; it must be a finite number", file_->name_of(dataset), values[row],
                         index_of_row_[row]));
  }
}

std::vector<double> Rows::numbers(std::string_view name) const {
  std::vector<double> values(size(), absent);
  if (types_->has_column(name)) {
    std::map<std::uint32_t, double> known;
    const std::vector<std::uint32_t> rows = type_rows();
    for (std::size_t row = 0; row < size(); ++row) {
      if (rows[row] == no_value) continue;
      auto at = known.find(rows[row]);
      if (at == known.end()) {
        const auto field = types_->field(rows[row], name);
        at = known.emplace(rows[row], field ? number_of(*field, types_->where(rows[row]), name) : absent).first;
      }
      values[row] = at->second;
    }
  }
  for (std::size_t group = 0; group < groups_.size(); ++group) {
    const std::string dataset = fmt::format("{}/{}", groups_[group].path, name);
    if (file_->has_dataset(dataset)) add_numbers(dataset, group, values);
  }
  return values;
}

// A dataset of integers is an index into the texts of the library, where there is one.
void Rows::add_texts(const std::string& dataset, const std::string& library, std::size_t group, TextColumn& column) const {
  const SnapshotArray& own = file_->dataset(dataset);
  if (own.kind == SnapshotArray::Kind::other || own.shape.size() != 1)
    refuse(fmt::format("{} is not a vector of texts or numbers", file_->name_of(dataset)));
  check_length(dataset, own.size(), group);
  const SnapshotArray* const texts = own.is_integer() ? file_->find_dataset(library) : nullptr;
  std::vector<std::uint64_t> codes;
  if (texts != nullptr) codes = file_->ids(dataset);
  Values numbers(column);
  for (std::size_t row = 0; row < size(); ++row) {
    if (group_of_row_[row] != group) continue;
    const std::uint64_t i = index_of_row_[row];
    if (texts != nullptr && codes[i] >= texts->texts.size())
      refuse(fmt::format("{} holds {} at row {}; {} has {} values", file_->name_of(dataset), codes[i], i,
                         file_->name_of(library), texts->texts.size()));
    const std::string value = texts != nullptr ? texts->texts[codes[i]] : text_of(own, i);
    column.of_row[row] = value == "NULL" ? no_value : numbers.number_of(value);
  }
}

TextColumn Rows::text(std::string_view name) const {
  TextColumn column{{}, std::vector<std::uint32_t>(size(), no_value)};
  if (types_->has_column(name)) {
    Values numbers(column);
    std::map<std::uint32_t, std::uint32_t> known;
    const std::vector<std::uint32_t> rows = type_rows();
    for (std::size_t row = 0; row < size(); ++row) {
      if (rows[row] == no_value) continue;
      auto at = known.find(rows[row]);
      if (at == known.end()) {
        const auto field = types_->field(rows[row], name);
        at = known.emplace(rows[row], field ? numbers.number_of(*field) : no_value).first;
      }
      column.of_row[row] = at->second;
    }
  }
  for (std::size_t group = 0; group < groups_.size(); ++group) {
    const std::string dataset = fmt::format("{}/{}", groups_[group].path, name);
    if (file_->has_dataset(dataset))
      add_texts(dataset, fmt::format("{}/@library/{}", groups_[group].path, name), group, column);
  }
  return column;
}

std::vector<std::string> Rows::dynamics_names() const {
  std::set<std::string> names;
  for (const Group& group : groups_)
    for (const std::string& name : file_->children(group.path + "/dynamics_params")) names.insert(name);
  return {names.begin(), names.end()};
}

std::vector<double> Rows::dynamics(std::string_view name) const {
  std::vector<double> values(size(), absent);
  for (std::size_t group = 0; group < groups_.size(); ++group) {
    const std::string dataset = fmt::format("{}/dynamics_params/{}", groups_[group].path, name);
    if (file_->has_dataset(dataset)) add_numbers(dataset, group, values);
  }
  return values;
}

}  // namespace synop::sonata
