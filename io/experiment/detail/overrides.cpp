#include "synop/io/experiment/detail/overrides.hpp"

#include <charconv>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "synop/core/error.hpp"
#include "synop/io/experiment/detail/element_names.hpp"

namespace synop::detail {

namespace {

// A step of a path: a key of a table or the name of an array's element, or an index.
struct Step {
  std::string name;
  std::optional<std::size_t> index = std::nullopt;
};

std::optional<std::size_t> parse_index(std::string_view text) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return index;
}

// "projection[0].weight" -> projection, 0, weight; nothing when it is malformed.
std::optional<std::vector<Step>> parse_path(std::string_view path) {
  constexpr std::size_t most_steps = 16;
  std::vector<Step> steps;
  while (steps.size() < most_steps) {
    const std::size_t end = path.find_first_of(".[");
    if (end == 0 || path.empty()) return std::nullopt;
    steps.push_back({.name = std::string(path.substr(0, end))});
    path.remove_prefix(std::min(end, path.size()));
    while (path.starts_with('[')) {
      const std::size_t close = path.find(']');
      const auto index = close == std::string_view::npos ? std::nullopt : parse_index(path.substr(1, close - 1));
      if (!index) return std::nullopt;
      steps.push_back({.name = {}, .index = index});
      path.remove_prefix(close + 1);
    }
    if (path.empty()) return steps;
    if (!path.starts_with('.')) return std::nullopt;
    path.remove_prefix(1);
  }
  return std::nullopt;
}

void set_marks(Node& node, Mark mark) {
  node.mark = mark;
  for (Node& item : node.items) set_marks(item, mark);
  for (Member& member : node.members) {
    member.mark = mark;
    set_marks(member.value, mark);
  }
}

// The value as TOML or, where it is not TOML, as a string.
Node parse_value(std::string_view text, Mark mark) {
  Node value;
  value.type = Node::Type::string;
  value.text = text;
  try {
    Node document = parse_toml(fmt::format("value = {}", text), "");
    if (document.members.size() == 1) value = std::move(document.members.front().value);
  } catch (const Error&) {
    // not TOML: "0.2 mV" without quotes
  }
  set_marks(value, mark);
  return value;
}

// Digits that are no TOML, because 64 bits do not hold the number.
bool is_too_large_an_integer(const Node& value) {
  const std::string_view text = value.text;
  const std::string_view digits = text.substr(std::min(text.size(), text.find_first_not_of("+-")));
  return value.type == Node::Type::string && text.size() - digits.size() <= 1 && digits.size() > 18 && digits.front() != '0' &&
         digits.find_first_not_of("0123456789") == std::string_view::npos;
}

// A string that was not read as TOML may hold bytes that are no UTF-8.
bool can_be_written(const Node& value) {
  Node document;
  document.members.push_back({"value", {}, value});
  try {
    parse_toml(write_toml(document), "");
    return true;
  } catch (const Error&) {
    return false;
  }
}

class Override {
 public:
  Override(Mark mark, Diagnostics& log) : mark_(mark), log_(log) {}

  void apply(Node& root, std::string_view text) {
    const std::size_t equals = text.find('=');
    const auto steps = parse_path(text.substr(0, equals));
    if (equals == std::string_view::npos || !steps) {
      log_.report(mark_, "", "an override is path=value, for example projection[0].weight=\"0.2 mV\"");
      return;
    }
    Node* node = &root;
    std::string_view section;
    for (const Step& step : *steps) {
      node = step.index ? element(*node, *step.index) : member(*node, section, step.name);
      if (node == nullptr) return;
      if (!step.index) section = step.name;
      path_ += step.index ? fmt::format("[{}]", *step.index) : fmt::format("{}{}", path_.empty() ? "" : ".", step.name);
    }
    *node = parse_value(text.substr(equals + 1), mark_);
    if (is_too_large_an_integer(*node) && !text.substr(equals + 1).starts_with('"'))
      log_.report(mark_, path_, fmt::format("value {} is outside the range of integers; allowed: [-2^63, 2^63)", node->text));
    if (!can_be_written(*node)) log_.report(mark_, path_, "the value is not text in UTF-8");
  }

 private:
  Node* element(Node& node, std::size_t index) {
    if (node.type != Node::Type::array) {
      log_.report(mark_, path_, "this is not an array, so it takes no index");
      return nullptr;
    }
    if (index < node.items.size()) return &node.items[index];
    log_.report(mark_, path_, fmt::format("index {} is out of range; allowed: [0, {})", index, node.items.size()));
    return nullptr;
  }

  Node* member(Node& node, std::string_view section, const std::string& name) {
    if (node.type == Node::Type::array) return named_element(node, section, name);
    if (node.type != Node::Type::table) {
      log_.report(mark_, path_, fmt::format("value {} is not a table, so it has no key '{}'", shown(node), name));
      return nullptr;
    }
    if (Node* found = node.find(name)) return found;
    Node& added = node.members.emplace_back(Member{name, mark_, Node()}).value;
    added.mark = mark_;
    return &added;
  }

  Node* named_element(Node& array, std::string_view section, const std::string& name) {
    const std::vector<std::string> names = element_names(section, array);
    for (std::size_t i = 0; i < names.size(); ++i)
      if (names[i] == name) return &array.items[i];
    const std::vector<std::string_view> candidates(names.begin(), names.end());
    log_.report(mark_, path_, fmt::format("no element is named '{}'{}", name, did_you_mean(name, candidates)));
    return nullptr;
  }

  Mark mark_;
  Diagnostics& log_;
  std::string path_;
};

}  // namespace

void apply_overrides(Node& root, std::span<const std::string> overrides, Diagnostics& log) {
  for (std::size_t i = 0; i < overrides.size(); ++i) {
    Override override_({.line = 0, .column = static_cast<std::uint32_t>(i)}, log);
    override_.apply(root, overrides[i]);
  }
}

}  // namespace synop::detail
