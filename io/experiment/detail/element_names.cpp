#include "synop/io/experiment/detail/element_names.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace synop::detail {

namespace {

std::string text_of(const Node& table, std::string_view key) {
  const Node* node = table.find(key);
  return node != nullptr && node->type == Node::Type::string ? node->text : std::string();
}

std::string population_of(const Node& table, std::string_view key) {
  const std::string slice = text_of(table, key);
  return slice.substr(0, slice.find('['));
}

std::string default_name(std::string_view section, const Node& table) {
  if (section == "projection")
    return fmt::format("{}_{}", population_of(table, "source"), population_of(table, "target"));
  if (section == "stimulus" || section == "recorder" || section == "reward") return text_of(table, "model");
  if (section == "phase") return text_of(table, "role");
  return "";
}

std::string made_unique(const std::string& base, const std::vector<std::string>& taken) {
  std::string name = base;
  for (int n = 2; std::find(taken.begin(), taken.end(), name) != taken.end(); ++n) name = fmt::format("{}_{}", base, n);
  return name;
}

}  // namespace

std::vector<std::string> element_names(std::string_view section, const Node& array) {
  std::vector<std::string> names;
  for (const Node& element : array.items) names.push_back(text_of(element, "name"));
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string base = names[i].empty() ? default_name(section, array.items[i]) : std::string();
    if (!base.empty()) names[i] = made_unique(base, names);
  }
  return names;
}

}  // namespace synop::detail
