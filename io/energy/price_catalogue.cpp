#include "synop/io/energy/price_catalogue.hpp"

#include <vector>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/energy/detail/builtin_price_files.hpp"
#include "synop/io/energy/price_file.hpp"

namespace synop {

namespace {

std::vector<PriceTable> read_builtin_tables() {
  std::vector<PriceTable> tables;
  for (const detail::PriceFile& file : detail::builtin_price_files())
    tables.push_back(parse_price_table(file.text, std::string(file.name)));
  return tables;
}

}  // namespace

std::span<const PriceTable> builtin_price_tables() {
  static const std::vector<PriceTable> tables = read_builtin_tables();
  return tables;
}

const PriceTable& find_price_table(std::string_view name) {
  std::vector<std::string_view> known;
  for (const PriceTable& table : builtin_price_tables()) {
    if (table.name == name) return table;
    known.push_back(table.name);
  }
  throw Error(ErrorKind::model, fmt::format("there is no price table '{}'{}", name, did_you_mean(name, known)));
}

PriceTable price_table(const std::string& name_or_file) {
  if (name_or_file.find('/') != std::string::npos || name_or_file.ends_with(".toml"))
    return read_price_table(name_or_file);
  return find_price_table(name_or_file);
}

}  // namespace synop
