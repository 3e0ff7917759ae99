#include "synop/io/spike_input.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <fstream>
#include <map>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/detail/durable.hpp"
#include "synop/io/hdf5/snapshot.hpp"

namespace synop {

namespace {

[[noreturn]] void refuse(const std::string& message) { throw Error(ErrorKind::input, message); }

constexpr double last_ms = 9.2e9;

Time time_of(double ms, const std::string& where) {
  if (!(ms >= 0.0 && ms < last_ms))
    refuse(fmt::format("{}: a spike at {} ms; it must be 0 ms or more and below 9.2e9 ms", where, ms));
  return Time::from_ms(ms);
}

// What a file says about the order of its spikes, in all the ways programs write it.
enum class Order { unknown, by_time, by_id };

Order order_of(const SnapshotArray* attribute) {
  if (attribute == nullptr) return Order::unknown;
  if (attribute->texts.size() == 1) {
    const std::string& text = attribute->texts.front();
    if (text == "by_time" || text == "time") return Order::by_time;
    if (text == "by_id" || text == "by_gid" || text == "id" || text == "gid") return Order::by_id;
    return Order::unknown;
  }
  std::uint64_t number = 0;  // SONATA's enumeration
  if (attribute->unsigned_integers.size() == 1) number = attribute->unsigned_integers.front();
  if (attribute->signed_integers.size() == 1) number = static_cast<std::uint64_t>(attribute->signed_integers.front());
  return number == 2 ? Order::by_time : number == 1 ? Order::by_id : Order::unknown;
}

template <class Values>
void check_order(const Values& values, const std::string& dataset, std::string_view order) {
  const auto wrong = std::is_sorted_until(values.begin(), values.end());
  if (wrong != values.end())
    refuse(fmt::format("{} is marked as sorted {}, but row {} is smaller than the one before it", dataset, order,
                       wrong - values.begin()));
}

std::string assumed_ms(const std::string& what) { return fmt::format("the times of {} are taken in ms (no unit is given)", what); }

// Whether the dataset says its unit, which must be `unit` or one of its other names.
bool has_unit(const Hdf5Snapshot& file, const std::string& path, std::initializer_list<std::string_view> names) {
  bool found = false;
  for (const char* attribute : {"units", "unit"}) {
    if (file.find_attribute(path, attribute) == nullptr) continue;
    const auto unit = file.text_attribute(path, attribute);
    if (!unit || std::find(names.begin(), names.end(), *unit) == names.end())
      refuse(fmt::format("{} is in '{}' (its attribute '{}'); allowed: {}", file.name_of(path), unit.value_or("no text"), attribute,
                         *names.begin()));
    found = true;
  }
  return found;
}
bool has_ms(const Hdf5Snapshot& file, const std::string& path) { return has_unit(file, path, {"ms", "milliseconds", "millisecond"}); }

std::vector<Time> read_times(const Hdf5Snapshot& file, const std::string& path) {
  const std::vector<double> values = file.numbers(path);
  std::vector<Time> times;
  times.reserve(values.size());
  for (const double ms : values) times.push_back(time_of(ms, fmt::format("{}, row {}", file.name_of(path), times.size())));
  return times;
}

std::vector<Time> read_ticks(const Hdf5Snapshot& file, const std::string& path) {
  (void)has_unit(file, path, {"ps", "picoseconds", "picosecond"});
  std::vector<Time> times;
  for (const std::uint64_t ticks : file.ids(path)) times.push_back(Time{static_cast<std::int64_t>(ticks)});
  return times;
}

SpikeInput read_group(const Hdf5Snapshot& file, const std::string& group, const std::string& population) {
  SpikeInput input{population, file.name_of(group), {}, {}};
  const bool gids = !file.has_dataset(group + "/node_ids") && file.has_dataset(group + "/gids");
  const std::string ids = group + (gids ? "/gids" : "/node_ids");
  input.times = read_times(file, group + "/timestamps");
  const bool ticks = file.has_dataset(group + "/ticks");
  if (!has_ms(file, group + "/timestamps") && !ticks) input.assumption = assumed_ms(file.name_of(group + "/timestamps"));
  if (ticks) input.times = read_ticks(file, group + "/ticks");
  input.ids = file.ids(ids);
  if (input.times.size() != input.ids.size())
    refuse(fmt::format("{} has {} rows but {} has {}; they must be equally long", file.name_of(group + "/timestamps"),
                       input.times.size(), file.name_of(ids), input.ids.size()));
  for (const std::string& path : {group, ids, std::string("/spikes")}) {
    const Order order = order_of(file.find_attribute(path, "sorting"));
    if (order == Order::by_time) check_order(input.times, file.name_of(group + "/timestamps"), "by time");
    if (order == Order::by_id) check_order(input.ids, file.name_of(ids), "by id");
    if (order != Order::unknown) break;
  }
  return input;
}

// /processing/<trial>/spike_train/<id>/data
std::vector<SpikeInput> read_trials(const Hdf5Snapshot& file) {
  const std::vector<std::string> trials = file.children("/processing");
  if (trials.size() != 1)
    refuse(fmt::format("{} has {} trials; allowed: one", file.name_of("/processing"), trials.size()));
  const std::string trains = fmt::format("/processing/{}/spike_train", trials.front());
  SpikeInput input{"", file.name_of(trains), {}, {}};
  for (const std::string& name : file.children(trains)) {
    std::uint64_t id = 0;
    const auto [end, failure] = std::from_chars(name.data(), name.data() + name.size(), id);
    if (failure != std::errc() || end != name.data() + name.size())
      refuse(fmt::format("{} is not called after the id of a node", file.name_of(trains + "/" + name)));
    const std::string data = fmt::format("{}/{}/data", trains, name);
    if (!has_ms(file, data)) input.assumption = assumed_ms(input.where);
    const std::vector<Time> times = read_times(file, data);
    input.times.insert(input.times.end(), times.begin(), times.end());
    input.ids.insert(input.ids.end(), times.size(), id);
  }
  return {std::move(input)};
}

std::vector<SpikeInput> read_hdf5(const std::filesystem::path& path) {
  const Hdf5Snapshot file = Hdf5Snapshot::read(path);
  if (!file.has_group("/spikes")) {
    if (file.has_group("/processing")) return read_trials(file);
    refuse(fmt::format("'{}' holds no group /spikes", file.file()));
  }
  if (const SnapshotArray* complete = file.find_attribute("/", "complete");
      complete != nullptr && complete->unsigned_integers.size() == 1 && complete->unsigned_integers.front() == 0)
    refuse(fmt::format("'{}' is what an unfinished run left (its attribute 'complete' is 0)", file.file()));
  if (file.has_dataset("/spikes/timestamps")) return {read_group(file, "/spikes", "")};
  std::vector<SpikeInput> inputs;
  for (const std::string& population : file.children("/spikes"))
    inputs.push_back(read_group(file, "/spikes/" + population, population));
  return inputs;
}

void trim(std::string& text) {
  constexpr const char* blanks = " \t\r";
  text.erase(text.find_last_not_of(blanks) + 1);
  text.erase(0, text.find_first_not_of(blanks));
}

std::vector<std::string> fields_of(std::string_view line, bool commas) {
  std::vector<std::string> fields(1);
  for (const char c : line) {
    const bool blank = c == ' ' || c == '\t' || c == '\r';
    if (commas ? c == ',' : blank) {
      if (commas || !fields.back().empty()) fields.emplace_back();
    } else if (c != '"') {
      fields.back() += c;
    }
  }
  for (std::string& field : fields) trim(field);
  if (!commas && fields.back().empty()) fields.pop_back();
  return fields;
}

class TextReader {
 public:
  explicit TextReader(const std::filesystem::path& path) : path_(path.string()) {}

  std::vector<SpikeInput> read() {
    errno = 0;
    std::ifstream in(path_);
    if (!in) throw_file_error("open", path_, errno != 0 ? errno : ENOENT);
    std::string line;
    for (number_ = 1; std::getline(in, line); ++number_) {
      const std::size_t first = line.find_first_not_of(" \t\r");
      if (first == std::string::npos || line[first] == '#') continue;
      if (columns_ == 0)
        read_header(line);
      else
        read_row(line);
    }
    if (in.bad()) throw_file_error("read", path_, EIO);
    if (columns_ == 0) refuse(fmt::format("{}: there is no header line; it names the columns timestamps and node_ids", path_));
    std::vector<SpikeInput> inputs;
    for (auto& [population, input] : inputs_) inputs.push_back(std::move(input));
    if (inputs.empty()) inputs.push_back({"", path_, {}, {}, assumption_});
    return inputs;
  }

 private:
  std::string where() const { return fmt::format("{}:{}", path_, number_); }

  void read_header(const std::string& line) {
    commas_ = line.find(',') != std::string::npos;
    const std::vector<std::string> names = fields_of(line, commas_);
    columns_ = names.size();
    time_ = find_time(names);
    id_ = find(names, {"node_ids", "node_id", "gids", "gid", "neuron", "neurons", "sender", "senders", "id"});
    population_ = find(names, {"population", "populations"});
    if (time_ == columns_) refuse(fmt::format("{}: there is no column 'timestamps' (or time, times, t; time_ms)", where()));
    if (id_ == columns_) refuse(fmt::format("{}: there is no column 'node_ids' (or node_id, gid, neuron, sender)", where()));
  }

  static std::size_t find(const std::vector<std::string>& names, std::initializer_list<std::string_view> wanted) {
    for (const std::string_view name : wanted)
      if (const auto at = std::find(names.begin(), names.end(), name); at != names.end())
        return static_cast<std::size_t>(at - names.begin());
    return names.size();
  }

  // The column of times; its name may end in its unit, as time_ms, time[ms] or time(ms). SONATA's timestamps are in ms.
  std::size_t find_time(const std::vector<std::string>& names) {
    for (const std::string_view name : {"timestamps", "timestamp", "time", "times", "t"})
      for (std::size_t i = 0; i < names.size(); ++i) {
        if (!names[i].starts_with(name)) continue;
        std::string unit = names[i].substr(name.size());
        if (!unit.empty() && std::string_view("_[( ").find(unit.front()) == std::string_view::npos) continue;
        std::erase_if(unit, [](char c) { return std::string_view("_[]() ").find(c) != std::string_view::npos; });
        if (!unit.empty() && unit != "ms")
          refuse(fmt::format("{}: the column '{}' is in '{}'; spike times must be in ms", where(), names[i], unit));
        if (unit.empty() && !name.starts_with("timestamp"))
          assumption_ = assumed_ms(fmt::format("the column '{}' of '{}'", names[i], path_));
        return i;
      }
    return names.size();
  }

  template <class Number>
  Number number(const std::string& text, std::string_view what) const {
    Number value{};
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc() || end != text.data() + text.size())
      refuse(fmt::format("{}: '{}' is not {}", where(), text, what));
    return value;
  }

  void read_row(const std::string& line) {
    const std::vector<std::string> fields = fields_of(line, commas_);
    if (fields.size() != columns_) refuse(fmt::format("{}: {} fields for {} columns", where(), fields.size(), columns_));
    const std::string population = population_ == columns_ ? "" : fields[population_];
    SpikeInput& input = inputs_.try_emplace(population, SpikeInput{population, path_, {}, {}, assumption_}).first->second;
    input.times.push_back(time_of(number<double>(fields[time_], "a time in ms"), where()));
    input.ids.push_back(number<std::uint64_t>(fields[id_], "the id of a node, an integer of 0 or more"));
  }

  std::string path_;
  std::size_t number_ = 0;
  bool commas_ = false;
  std::size_t columns_ = 0;
  std::string assumption_;
  std::size_t time_ = 0, id_ = 0, population_ = 0;
  std::map<std::string, SpikeInput> inputs_;
};

bool looks_like_hdf5(const std::filesystem::path& path) {
  errno = 0;
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) throw_file_error("read", path, EISDIR);
  std::ifstream in(path, std::ios::binary);
  if (!in) throw_file_error("open", path, errno != 0 ? errno : ENOENT);
  constexpr char signature[] = "\x89HDF\r\n\x1a\n";
  char begin[8] = {};
  in.read(begin, sizeof begin);
  if (in.gcount() == 8 && std::memcmp(begin, signature, 8) == 0) return true;
  const std::string ending = path.extension().string();
  return ending == ".h5" || ending == ".hdf5" || ending == ".nwb";
}

}  // namespace

std::vector<SpikeInput> read_spike_input(const std::filesystem::path& file) {
  return looks_like_hdf5(file) ? read_hdf5(file) : TextReader(file).read();
}

std::vector<std::vector<Time>> trains_of(const SpikeInput& input, std::uint32_t count) {
  std::vector<std::vector<Time>> trains(count);
  for (std::size_t row = 0; row < input.times.size(); ++row) {
    if (input.ids[row] >= count)
      refuse(fmt::format("{} holds the id {} at row {}; allowed: [0, {})", input.where, input.ids[row], row, count));
    trains[input.ids[row]].push_back(input.times[row]);
  }
  for (std::vector<Time>& train : trains) std::sort(train.begin(), train.end());
  return trains;
}

}  // namespace synop
