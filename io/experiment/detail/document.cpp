#include "synop/io/experiment/detail/document.hpp"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "synop/core/error.hpp"

namespace synop::detail {

namespace {

Mark mark_of(const toml::source_region& region) {
  return {region.begin.line, region.begin.column};
}

Node convert(const toml::node& node);

std::vector<Member> convert_members(const toml::table& table) {
  std::vector<Member> members;
  members.reserve(table.size());
  for (const auto& [key, value] : table)
    members.push_back({std::string(key.str()), mark_of(key.source()), convert(value)});
  std::stable_sort(members.begin(), members.end(), [](const Member& a, const Member& b) { return a.mark < b.mark; });
  return members;
}

std::string date_text(const toml::node& node) {
  std::ostringstream out;
  node.visit([&](const auto& value) {
    using Value = std::decay_t<decltype(value)>;
    if constexpr (toml::is_date<Value> || toml::is_time<Value> || toml::is_date_time<Value>) out << value.get();
  });
  return out.str();
}

Node convert(const toml::node& node) {
  Node result{.mark = mark_of(node.source())};
  if (const toml::table* table = node.as_table()) {
    result.members = convert_members(*table);
  } else if (const toml::array* array = node.as_array()) {
    result.type = Node::Type::array;
    result.items.reserve(array->size());
    for (const toml::node& item : *array) result.items.push_back(convert(item));
  } else if (const auto* text = node.as_string()) {
    result.type = Node::Type::string;
    result.text = text->get();
  } else if (const auto* integer = node.as_integer()) {
    result.type = Node::Type::integer;
    result.integer = integer->get();
  } else if (const auto* number = node.as_floating_point()) {
    result.type = Node::Type::number;
    result.number = number->get();
  } else if (const auto* boolean = node.as_boolean()) {
    result.type = Node::Type::boolean;
    result.boolean = boolean->get();
  } else {
    result.type = Node::Type::date;
    result.text = date_text(node);
  }
  return result;
}

}  // namespace

const Node* Node::find(std::string_view key) const {
  for (const Member& member : members)
    if (member.key == key) return &member.value;
  return nullptr;
}

Node* Node::find(std::string_view key) {
  return const_cast<Node*>(static_cast<const Node&>(*this).find(key));
}

Node parse_toml(std::string_view text, const std::string& file_name) {
  try {
    return convert(toml::parse(text, std::string_view(file_name)));
  } catch (const toml::parse_error& error) {
    const Mark mark = mark_of(error.source());
    throw Error(ErrorKind::model, fmt::format("{}:{}:{}: this is not valid TOML: {}", file_name, mark.line, mark.column,
                                              error.description()));
  }
}

std::string shown(const Node& node) {
  constexpr std::size_t longest = 60;
  switch (node.type) {
    case Node::Type::table:
      return "a table";
    case Node::Type::array:
      return node.items.empty() ? "an empty array" : "an array";
    case Node::Type::string:
      if (node.text.size() > longest) return fmt::format("\"{}...\"", node.text.substr(0, longest));
      return fmt::format("\"{}\"", node.text);
    case Node::Type::integer:
      return fmt::format("{}", node.integer);
    case Node::Type::number:
      return fmt::format("{}", node.number);
    case Node::Type::boolean:
      return node.boolean ? "true" : "false";
    case Node::Type::date:
      return node.text;
  }
  return "";
}

}  // namespace synop::detail
