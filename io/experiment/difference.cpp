#include "synop/io/experiment/difference.hpp"

#include <vector>

#include <fmt/format.h>

#include "synop/io/experiment/detail/document.hpp"
#include "synop/io/experiment/detail/element_names.hpp"

namespace synop {

namespace {

using detail::Node;
using Found = std::optional<KeyDifference>;

std::string text_of(const Node* node) { return node == nullptr ? "not given" : detail::shown(*node); }

bool is_number(const Node& node) { return node.type == Node::Type::integer || node.type == Node::Type::number; }

double number_of(const Node& node) {
  return node.type == Node::Type::integer ? static_cast<double>(node.integer) : node.number;
}

bool same_value(const Node& a, const Node& b) {
  if (is_number(a) && is_number(b) && a.type != b.type) return number_of(a) == number_of(b);
  return a.type == b.type && a.text == b.text && a.integer == b.integer && a.number == b.number &&
         a.boolean == b.boolean;
}

Found find(const Node* before, const Node* now, const std::string& path, const std::string& key);

Found in_tables(const Node& before, const Node& now, const std::string& path) {
  const auto at = [&](const std::string& key) { return path.empty() ? key : fmt::format("{}.{}", path, key); };
  for (const detail::Member& member : before.members)
    if (Found found = find(&member.value, now.find(member.key), at(member.key), member.key)) return found;
  for (const detail::Member& member : now.members)
    if (before.find(member.key) == nullptr) return KeyDifference{at(member.key), text_of(nullptr), text_of(&member.value)};
  return {};
}

// `key`: the name of the array.
Found in_arrays(const Node& before, const Node& now, const std::string& path, const std::string& key) {
  if (before.items.size() != now.items.size())
    return KeyDifference{path, fmt::format("{} elements", before.items.size()), fmt::format("{} elements", now.items.size())};
  const std::vector<std::string> names = detail::element_names(key, before);
  for (std::size_t i = 0; i < before.items.size(); ++i) {
    const std::string element = names[i].empty() ? fmt::format("{}[{}]", path, i) : fmt::format("{}.{}", path, names[i]);
    if (Found found = find(&before.items[i], &now.items[i], element, "")) return found;
  }
  return {};
}

Found find(const Node* before, const Node* now, const std::string& path, const std::string& key) {
  if (now != nullptr && before->type == now->type) {
    if (before->type == Node::Type::table) return in_tables(*before, *now, path);
    if (before->type == Node::Type::array) return in_arrays(*before, *now, path, key);
  }
  if (now != nullptr && same_value(*before, *now)) return {};
  return KeyDifference{path, text_of(before), text_of(now)};
}

}  // namespace

std::optional<KeyDifference> first_difference(std::string_view before, std::string_view now) {
  const Node a = detail::parse_toml(before, "before"), b = detail::parse_toml(now, "now");
  return find(&a, &b, "", "");
}

}  // namespace synop
