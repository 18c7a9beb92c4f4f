#include "agent/manifest/lint/yaml_parser.hpp"

#include "agent/manifest/lint/yaml_scalar.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace agent::manifest::lint {
namespace {

constexpr int k_deepest = 200;
constexpr std::size_t k_most_nodes = 500'000;

bool ends_picture(char16_t c) {
  return c == 0 || is_line_break(c) || c == 0x85 || c == 0x2028 || c == 0x2029;
}

bool among(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

YamlParser::YamlParser(std::u16string text)
    : text_(std::move(text)), length_(static_cast<long>(text_.size())) {}

char16_t YamlParser::at(long position) const {
  return position >= 0 && position < static_cast<long>(text_.size())
             ? text_[static_cast<std::size_t>(position)]
             : u'\0';
}

std::u16string YamlParser::slice(long start, long end) const {
  return start < end
             ? text_.substr(static_cast<std::size_t>(start), static_cast<std::size_t>(end - start))
             : std::u16string();
}

// The line of the fault, at most some forty units to either side, and a mark below the place.
std::string YamlParser::picture() const {
  constexpr long k_side = 37;  // More than 36.5 units away is too far.
  constexpr long k_cut = 5;    // As long as the dots in their place.
  std::string head;
  long start = position_;
  while (start > 0 && !ends_picture(at(start - 1))) {
    if (position_ - --start >= k_side) {
      head = " ... ";
      start += k_cut;
      break;
    }
  }
  std::string tail;
  long end = position_;
  while (end < static_cast<long>(text_.size()) && !ends_picture(at(end))) {
    if (++end - position_ >= k_side) {
      tail = " ... ";
      end -= k_cut;
      break;
    }
  }
  const auto indent = static_cast<std::size_t>(4 + position_ - start) + head.size();
  return "    " + head + to_utf8(slice(start, end)) + tail + "\n" + std::string(indent, ' ') + "^";
}

void YamlParser::fail(std::string_view reason) {
  if (!fault_) {
    fault_ = YamlFault{fmt::format("{} at line {}, column {}:\n{}",
                                   reason,
                                   line_.number + 1,
                                   position_ - line_.start + 1,
                                   picture()),
                       position_};
  }
  position_ = length_;
}

void YamlParser::break_line() {
  if (failed()) {
    return;
  }
  if (here() == u'\n') {
    ++position_;
  } else if (here() == u'\r') {
    ++position_;
    position_ += here() == u'\n' ? 1 : 0;
  } else {
    fail("a line break is expected");
    return;
  }
  ++line_.number;
  line_.start = position_;
}

void YamlParser::skip_white() {
  while (is_white(here())) {
    ++position_;
  }
}

void YamlParser::skip_comment() {
  while (here() != 0 && !is_line_break(here())) {
    ++position_;
  }
}

// White space, and comments where they may stand, over the ends of lines. How many lines ended.
long YamlParser::skip_space(bool comments) {
  long breaks = 0;
  while (here() != 0) {
    skip_white();
    if (comments && here() == u'#') {
      skip_comment();
    }
    if (!is_line_break(here())) {
      break;
    }
    break_line();
    ++breaks;
    line_.indent = 0;
    while (here() == u' ') {
      ++line_.indent;
      ++position_;
    }
  }
  return breaks;
}

// "---" or "..." alone; the caller knows that a line begins here.
bool YamlParser::at_document_mark() const {
  const auto c = here();
  const auto after = at(position_ + 3);
  return (c == u'-' || c == u'.') && c == at(position_ + 1) && c == at(position_ + 2) &&
         (after == 0 || is_space(after));
}

int YamlParser::depth_against(long parent_indent) const {
  return line_.indent > parent_indent ? 1 : line_.indent == parent_indent ? 0 : -1;
}

void YamlParser::charge(std::size_t weight) {
  weight_ += weight;
  if (weight_ > k_most_nodes) {
    fail("too many nodes, aliases written out,");
  }
}

bool YamlParser::compose(long parent_indent, Context context, bool seek, bool compact) {
  current_ = {};
  const auto before = weight_;
  charge(1);
  if (failed() || ++depth_ > k_deepest) {
    fail("nested too deep");
    return false;
  }
  const bool block = context == Context::block_in || context == Context::block_out;
  Place place{.collections = block};
  if (seek && skip_space(true) > 0) {
    place.at_new_line = true;
    place.depth = depth_against(parent_indent);
  }
  if (place.depth == 1) {
    read_properties(parent_indent, block, place);
  }
  place.collections = place.collections && (place.at_new_line || compact);
  const bool content = (place.depth == 1 || context == Context::block_out) &&
                       read_content(parent_indent, context, place);
  resolve();
  if (current_.anchor && content && !current_.anchor_taken) {
    anchors_[*current_.anchor] = {current_.value, weight_ - before};
  }
  --depth_;
  return !failed() && (current_.tag || current_.anchor || content);
}

void YamlParser::read_properties(long parent_indent, bool block, Place& place) {
  while (!failed() && (read_tag() || read_anchor())) {
    if (skip_space(true) > 0) {
      place.at_new_line = true;
      place.collections = block;
      place.depth = depth_against(parent_indent);
    } else {
      place.collections = false;
    }
  }
}

bool YamlParser::read_content(long parent_indent, Context context, const Place& place) {
  const bool flow = context == Context::flow_in || context == Context::flow_out;
  const long flow_indent = flow ? parent_indent : parent_indent + 1;
  const long block_indent = position_ - line_.start;
  if (place.depth == 0) {
    // A sequence may stand as far left as the key it belongs to.
    return place.collections && read_block_sequence(block_indent);
  }
  if (place.depth != 1) {
    return false;
  }
  if (place.collections &&
      (read_block_sequence(block_indent) || read_block_mapping(block_indent, flow_indent))) {
    return true;
  }
  return read_flow_collection(flow_indent) || read_scalar(flow_indent, context);
}

bool YamlParser::read_scalar(long flow_indent, Context context) {
  const bool block = context == Context::block_in || context == Context::block_out;
  if ((block && read_block_scalar(flow_indent)) || read_quoted(u'\'') || read_quoted(u'"')) {
    return true;
  }
  if (read_alias()) {
    if (current_.tag || current_.anchor) {
      fail("alias node should not have any properties");
    }
    return true;
  }
  const bool found = read_plain(flow_indent, context == Context::flow_in);
  if (found && !current_.tag) {
    current_.tag = "?";
  }
  return found;
}

void YamlParser::resolve() {
  if (failed() || !current_.tag || *current_.tag == "!") {
    return;
  }
  if (*current_.tag != "?") {
    resolve_tag();
  } else if (current_.value && current_.value->is_string()) {
    if (auto resolved = resolve_plain(current_.value->string)) {
      current_.tag = std::move(resolved->tag);
      current_.value = std::move(resolved->value);
    }
  }
}

// The value of a collection with the tag of that name; null when it does not fit.
ValuePtr YamlParser::tagged_collection(std::string_view name) const {
  const auto& value = current_.value;
  if (current_.shape == Shape::none) {
    return Value::of(among(name, {"map", "set"}) ? Value::Kind::object : Value::Kind::array);
  }
  const auto all_null = [&] {
    return std::ranges::all_of(value->entries(), [](const auto& entry) {
      return entry.second->kind == Value::Kind::null;
    });
  };
  const auto all_pairs = [&] {
    return std::ranges::all_of(value->items, [](const ValuePtr& item) {
      return item->is_object() && item->key_count() == 1;
    });
  };
  const bool fits = among(name, {"map", "seq"}) || (name == "set" ? all_null() : all_pairs());
  return fits ? value : nullptr;
}

void YamlParser::resolve_tag() {
  const auto tag = *current_.tag;
  const bool known = tag.starts_with(k_tag_prefix);
  const auto name = known ? std::string_view(tag).substr(k_tag_prefix.size()) : "";
  const auto shape = current_.shape;
  const bool none = shape == Shape::none;
  const bool mapping = (none || shape == Shape::mapping) && among(name, {"map", "set"});
  const bool sequence = (none || shape == Shape::sequence) && among(name, {"seq", "omap", "pairs"});
  const bool scalar =
      (none || shape == Shape::scalar) &&
      among(name, {"str", "null", "bool", "int", "float", "timestamp", "merge", "binary"});
  if (!mapping && !sequence && !scalar) {
    fail(fmt::format("unknown tag !<{}>", tag));
    return;
  }
  const bool from_nothing = none && among(name, {"str", "null", "merge"});
  ValuePtr value;
  if (!scalar) {
    value = tagged_collection(name);
  } else if (!none) {
    value = resolve_tagged(name, current_.value->text());
  } else if (name == "str") {
    value = Value::of(std::string());
  }
  if (value == nullptr && !from_nothing) {
    fail(fmt::format("cannot resolve a node with !<{}> explicit tag", tag));
    return;
  }
  current_.value = std::move(value);
}

}  // namespace agent::manifest::lint
