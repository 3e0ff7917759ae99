#include <cmath>

#include <fmt/format.h>

#include "synop/io/experiment/detail/document.hpp"

namespace synop::detail {

namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (code < 0x20 || code == 0x7f) {
      out += fmt::format("\\u{:04X}", code);
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string key_text(std::string_view key) {
  const bool bare = !key.empty() && key.find_first_not_of(
                                        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                        "0123456789_-") == std::string_view::npos;
  return bare ? std::string(key) : quoted(key);
}

std::string number_text(double x) {
  if (std::isnan(x)) return "nan";
  if (std::isinf(x)) return x < 0 ? "-inf" : "inf";
  std::string text = fmt::format("{}", x);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string inline_text(const Node& node) {
  std::string out;
  switch (node.type) {
    case Node::Type::table:
      for (const Member& member : node.members)
        out += fmt::format("{}{} = {}", out.empty() ? "" : ", ", key_text(member.key), inline_text(member.value));
      return "{ " + out + " }";
    case Node::Type::array:
      for (const Node& item : node.items) out += (out.empty() ? "" : ", ") + inline_text(item);
      return "[" + out + "]";
    case Node::Type::string:
      return quoted(node.text);
    case Node::Type::integer:
      return fmt::format("{}", node.integer);
    case Node::Type::number:
      return number_text(node.number);
    case Node::Type::boolean:
      return node.boolean ? "true" : "false";
    case Node::Type::date:
      return node.text;
  }
  return out;
}

bool is_array_of_tables(const Node& node) {
  if (node.type != Node::Type::array || node.items.empty()) return false;
  for (const Node& item : node.items)
    if (item.type != Node::Type::table) return false;
  return true;
}

std::string section_text(std::string_view header, const Node& table) {
  std::string out = fmt::format("\n{}\n", header);
  for (const Member& member : table.members)
    out += fmt::format("{} = {}\n", key_text(member.key), inline_text(member.value));
  return out;
}

}  // namespace

// Tables and arrays of tables at the top become sections; everything below them is written inline.
std::string write_toml(const Node& root) {
  std::string values;
  std::string sections;
  for (const Member& member : root.members) {
    const std::string key = key_text(member.key);
    if (member.value.type == Node::Type::table) {
      sections += section_text(fmt::format("[{}]", key), member.value);
    } else if (is_array_of_tables(member.value)) {
      for (const Node& item : member.value.items) sections += section_text(fmt::format("[[{}]]", key), item);
    } else {
      values += fmt::format("{} = {}\n", key, inline_text(member.value));
    }
  }
  return values + sections;
}

}  // namespace synop::detail
