#include "synop/io/experiment/detail/document.hpp"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>
#define TOML_MAX_NESTED_VALUES 32
#include <toml++/toml.h>

#include "synop/core/error.hpp"

namespace synop::detail {

namespace {

Mark mark_of(const toml::source_region& region) {
  return {region.begin.line, region.begin.column};
}

constexpr int deepest = 64;                     // levels of nesting; the schema needs five
constexpr std::size_t most_dots_in_line = 256;  // dotted keys nest without brackets

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// The parser destroys what it built recursively, so that a key of a hundred thousand parts would overflow the stack.
// Counts the dots of each line that are not those of decimal numbers; being conservative, also those in strings.
void check_dots(std::string_view text, const std::string& file_name) {
  std::uint32_t line = 1;
  std::size_t dots = 0;
  bool in_decimal = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') {
      ++line;
      dots = 0;
    }
    if (text[i] != '.') {
      in_decimal = in_decimal && is_digit(text[i]);
      continue;
    }
    const bool decimal = !in_decimal && i > 0 && is_digit(text[i - 1]) && i + 1 < text.size() && is_digit(text[i + 1]);
    in_decimal = true;
    if (!decimal && ++dots > most_dots_in_line)
      throw Error(ErrorKind::model,
                  fmt::format("{}:{}:1: the line has more than {} dots outside numbers, so its keys may "
                              "nest too deeply; break it into several lines",
                              file_name, line, most_dots_in_line));
  }
}

Node convert(const toml::node& node, int depth);

std::vector<Member> convert_members(const toml::table& table, int depth) {
  std::vector<Member> members;
  members.reserve(table.size());
  for (const auto& [key, value] : table)
    members.push_back({std::string(key.str()), mark_of(key.source()), convert(value, depth)});
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

Node convert(const toml::node& node, int depth) {
  if (depth > deepest) throw toml::parse_error("tables and arrays nest more than 64 deep", node.source());
  Node result;
  result.mark = mark_of(node.source());
  if (const toml::table* table = node.as_table()) {
    result.members = convert_members(*table, depth + 1);
  } else if (const toml::array* array = node.as_array()) {
    result.type = Node::Type::array;
    result.items.reserve(array->size());
    for (const toml::node& item : *array) result.items.push_back(convert(item, depth + 1));
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
  check_dots(text, file_name);
  try {
    return convert(toml::parse(text, std::string_view(file_name)), 0);
  } catch (const toml::parse_error& error) {
    const Mark mark = mark_of(error.source());
    throw Error(ErrorKind::model, fmt::format("{}:{}:{}: this is not valid TOML: {}", file_name, mark.line, mark.column,
                                              error.description()));
  }
}

std::string shown(const Node& node) {
  constexpr int longest = 60;  // characters
  switch (node.type) {
    case Node::Type::table:
      return "a table";
    case Node::Type::array:
      return node.items.empty() ? "an empty array" : "an array";
    case Node::Type::string:
      return fmt::format("\"{:.{}}{}\"", node.text, longest, node.text.size() > std::size_t{longest} ? "..." : "");
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
