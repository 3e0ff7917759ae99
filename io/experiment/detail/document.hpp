#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace synop::detail {

// Where a node was written: line and column of the file, counted from 1 or, with line 0, the index of an override.
struct Mark {
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  friend constexpr auto operator<=>(Mark, Mark) = default;
};

struct Member;

// One value of a TOML document. Tables keep their members in the order of the file.
struct Node {
  enum class Type { table, array, string, integer, number, boolean, date };

  Type type = Type::table;
  Mark mark;
  std::string text;  // string, date
  std::int64_t integer = 0;
  double number = 0.0;
  bool boolean = false;
  std::vector<Member> members;  // table
  std::vector<Node> items;      // array

  const Node* find(std::string_view key) const;  // nullptr unless this is a table that has the key
  Node* find(std::string_view key);
};

struct Member {
  std::string key;
  Mark mark;
  Node value;
};

// Throws Error(model) "file:line:column: ..." unless `text` is TOML 1.0.
Node parse_toml(std::string_view text, const std::string& file_name);

// TOML that parses to an equal document, apart from the marks.
std::string write_toml(const Node& root);

// A node as a message shows it: `"0.2 mV"`, `3`, `a table`, cut when it is long.
std::string shown(const Node& node);

}  // namespace synop::detail
