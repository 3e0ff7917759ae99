#include "synop/io/energy/price_file.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/experiment/detail/table_reader.hpp"

namespace synop {

namespace {

using detail::TableReader;
using detail::Value;
using Type = detail::Node::Type;

constexpr std::int64_t this_format = 1;

struct Unit {
  std::string_view name;
  double joules;
};
constexpr std::array<Unit, 6> units = {
    {{"fJ", 1e-15}, {"pJ", 1e-12}, {"nJ", 1e-9}, {"uJ", 1e-6}, {"mJ", 1e-3}, {"J", 1.0}}};

// A key that must be there, holding one of some texts.
void check_format(TableReader& root) {
  std::int64_t version = 0;
  if (root.integer(root.required("format_version"), version, 0, 1'000'000) && version != this_format)
    root.report("format_version",
                fmt::format("value {} is a format that this program does not read; allowed: {}", version, this_format));
}

void required_text(TableReader& root, std::string_view key, std::string& out) {
  if (root.text(root.required(key), out) && out.find_first_not_of(" \t\n") == std::string::npos)
    root.report(key, "the text is empty");
}

double joules_per_unit(TableReader& root) {
  std::string unit = "J";
  std::vector<std::string_view> names;
  for (const Unit& each : units) names.push_back(each.name);
  root.name(root.required("unit"), unit, "unit", names);
  return std::find_if(units.begin(), units.end(), [&](const Unit& each) { return each.name == unit; })->joules;
}

// A positive number or the text "unknown", which gives nothing.
std::optional<double> known_or_not(TableReader& root, std::string_view key, std::string_view unit) {
  const std::optional<Value> value = root.find(root.required(key));
  if (!value || (value->node().type == Type::string && value->node().text == "unknown")) return {};
  return value->quantity(unit, positive);
}

// The class of that name, or a report with the nearest one.
std::optional<Operation> operation_of(const Value& value) {
  const std::optional<std::string> text = value.text("the name of an operation");
  if (!text) return {};
  std::vector<std::string_view> names;
  for (const Operation operation : all_operations()) {
    if (name(operation) == *text) return operation;
    names.push_back(name(operation));
  }
  value.report(fmt::format("there is no operation '{}'{}", *text, did_you_mean(*text, names)));
  return {};
}

void read_inclusion(const Value& value, Price& price) {
  TableReader table(value);
  const std::optional<Value> list = table.find(table.required("included_in"));
  if (const auto items = list ? list->items(0, "an array of names of operations") : std::nullopt) {
    if (items->empty()) list->report("the array is empty; allowed: at least one operation that has a price");
    for (const Value& item : *items)
      if (const auto other = operation_of(item)) price.included_in.push_back(*other);
  }
  table.finish();
}

Price read_price(Operation operation, const Value& value, double unit) {
  Price price{operation, {}, {}};
  const detail::Node& node = value.node();
  if (node.type == Type::table) {
    read_inclusion(value, price);
  } else if (node.type == Type::string) {
    price.by_size = node.text == "by size";
    if (price.by_size && !is_memory_access(operation))
      value.report(fmt::format("{} is no access to memory and cannot be priced by size", name(operation)));
    if (!price.by_size && node.text != "none")
      value.report(
          fmt::format("value {} is no price; allowed: a number, \"by size\", \"none\" for one that is not known, or "
                      "{{ included_in = [...] }}",
                      detail::shown(node)));
  } else if (const auto number = value.quantity("", non_negative)) {
    price.joules = *number * unit;
  }
  return price;
}

void read_prices(const Value& value, double unit, PriceTable& table) {
  TableReader prices(value);
  for (const Operation operation : all_operations())
    if (const auto price = prices.find(name(operation))) table.prices.push_back(read_price(operation, *price, unit));
  if (prices.is_table() && table.prices.empty()) value.report("the table has no price; allowed: at least one");
  prices.finish("there is no operation");
}

void read_level(const Value& value, double unit, PriceTable& table) {
  TableReader reader(value);
  MemoryLevel level;
  required_text(reader, "name", level.name);
  const std::optional<Value> bytes = reader.find(reader.required("bytes"));
  if (bytes && !(bytes->node().type == Type::string && bytes->node().text == "unlimited")) {
    const auto size = bytes->integer(1, std::int64_t{1} << 60);
    if (size) level.bytes = static_cast<std::uint64_t>(*size);
  }
  reader.quantity(reader.required("price"), level.joules, "", non_negative);
  level.joules *= unit;
  reader.finish();
  table.memory.push_back(std::move(level));
}

void read_memory(const Value& value, double unit, PriceTable& table) {
  TableReader memory(value);
  memory.integer(memory.required("access_bits"), table.access_bits, 1, 65536);
  memory.integer(memory.required("weight_bits"), table.weight_bits, 1, 64);
  memory.integer(memory.required("state_bits"), table.state_bits, 1, 64);
  const std::optional<Value> levels = memory.find(memory.required("level"));
  if (const auto items = levels ? levels->items(0, "[[memory.level]] tables") : std::nullopt)
    for (const Value& item : *items) read_level(item, unit, table);
  memory.finish();
}

void read_root(TableReader& root, PriceTable& table) {
  check_format(root);
  required_text(root, "name", table.name);
  required_text(root, "title", table.title);
  required_text(root, "source", table.source);
  table.node_nm = known_or_not(root, "node_nm", "").value_or(0.0);
  table.supply_volts = known_or_not(root, "supply_volts", "");
  root.choice(root.required("evidence"), table.evidence,
              {{"measured", Evidence::measured},
               {"simulated", Evidence::simulated},
               {"estimated", Evidence::estimated},
               {"derived", Evidence::derived}});
  root.boolean(root.required("clocked"), table.clocked);
  const double unit = joules_per_unit(root);
  if (const auto prices = root.find(root.required("prices"))) read_prices(*prices, unit, table);
  if (const auto memory = root.find("memory")) read_memory(*memory, unit, table);
  root.finish();
}

}  // namespace

PriceTable parse_price_table(std::string_view text, const std::string& file_name) {
  const detail::Node document = detail::parse_toml(text, file_name);
  detail::Diagnostics log(file_name, {});
  PriceTable table;
  TableReader root(Value(document, "", log));
  read_root(root, table);
  log.throw_if_any();
  try {
    table.validate();
  } catch (const Error& error) {
    throw Error(ErrorKind::model, fmt::format("{}: {}", file_name, error.what()));
  }
  return table;
}

PriceTable read_price_table(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  const bool opened = in.is_open() && !std::filesystem::is_directory(path);
  if (opened) text << in.rdbuf();
  if (!opened || in.bad())
    throw Error(ErrorKind::file, fmt::format("the price file '{}' cannot be read", path.string()));
  return parse_price_table(text.str(), path.string());
}

}  // namespace synop
