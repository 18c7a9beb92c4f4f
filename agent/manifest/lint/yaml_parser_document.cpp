#include "agent/manifest/lint/yaml_parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace agent::manifest::lint {
namespace {

bool is_letter(char16_t c) {
  return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z');
}

bool is_digit(char16_t c) {
  return c >= u'0' && c <= u'9';
}

bool is_hex(char16_t c) {
  return is_digit(c) || (c >= u'a' && c <= u'f') || (c >= u'A' && c <= u'F');
}

// "!", "!!" or "!name!"
bool is_tag_handle(std::u16string_view text) {
  if (text == u"!" || text == u"!!") {
    return true;
  }
  if (text.size() < 3 || text.front() != u'!' || text.back() != u'!') {
    return false;
  }
  const auto name = text.substr(1, text.size() - 2);
  return std::all_of(
      name.begin(), name.end(), [](char16_t c) { return is_letter(c) || c == u'-'; });
}

bool is_tag_uri(std::u16string_view text) {
  static constexpr std::u16string_view k_signs = u"-#;/?:@&=+$,_.!~*'()[]";
  if (text.empty() || (text.front() != u'!' && is_flow_mark(text.front()))) {
    return false;
  }
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == u'%' && i + 2 < text.size() && is_hex(text[i + 1]) && is_hex(text[i + 2])) {
      i += 2;
    } else if (!is_letter(text[i]) && !is_digit(text[i]) &&
               k_signs.find(text[i]) == std::u16string_view::npos) {
      return false;
    }
  }
  return true;
}

}  // namespace

// What follows the handle; the handle is what stands before the last exclamation mark.
std::u16string YamlParser::read_tag_text(std::u16string& handle) {
  long start = ++position_;
  if (here() == u'<') {
    start = ++position_;
    do {
      ++position_;
    } while (here() != 0 && here() != u'>');
    if (here() == 0) {
      fail("unexpected end of the stream within a verbatim tag");
      return {};
    }
    handle.clear();
    return slice(start, position_++);
  }
  bool named = here() == u'!';
  handle = named ? u"!!" : u"!";
  start = position_ += named ? 1 : 0;
  for (; here() != 0 && !is_space(here()); ++position_) {
    if (here() != u'!') {
      continue;
    }
    if (named) {
      fail("tag suffix cannot contain exclamation marks");
      return {};
    }
    handle = slice(start - 1, position_ + 1);
    if (!is_tag_handle(handle)) {
      fail("named tag handle cannot contain such characters");
      return {};
    }
    named = true;
    start = position_ + 1;
  }
  auto name = slice(start, position_);
  if (std::any_of(name.begin(), name.end(), is_flow_mark)) {
    fail("tag suffix cannot contain flow indicator characters");
  }
  return name;
}

bool YamlParser::read_tag() {
  if (here() != u'!' || failed()) {
    return false;
  }
  if (current_.tag) {
    fail("duplication of a tag property");
    return false;
  }
  std::u16string handle;
  const auto name = read_tag_text(handle);
  if (failed()) {
    return false;
  }
  if (!name.empty() && !is_tag_uri(name)) {
    fail("tag name cannot contain such characters: " + to_utf8(name));
    return false;
  }
  const auto declared = tag_prefixes_.find(handle);
  if (handle.empty()) {
    current_.tag = to_utf8(name);
  } else if (declared != tag_prefixes_.end()) {
    current_.tag = to_utf8(declared->second + name);
  } else if (handle == u"!") {
    current_.tag = "!" + to_utf8(name);
  } else if (handle == u"!!") {
    current_.tag = "tag:yaml.org,2002:" + to_utf8(name);
  } else {
    fail(fmt::format("undeclared tag handle \"{}\"", to_utf8(handle)));
    return false;
  }
  return true;
}

bool YamlParser::read_anchor() {
  if (here() != u'&' || failed()) {
    return false;
  }
  if (current_.anchor) {
    fail("duplication of an anchor property");
    return false;
  }
  const long start = ++position_;
  while (here() != 0 && !is_space(here()) && !is_flow_mark(here())) {
    ++position_;
  }
  if (position_ == start) {
    fail("name of an anchor node must contain at least one character");
    return false;
  }
  current_.anchor = slice(start, position_);
  return true;
}

bool YamlParser::read_alias() {
  if (here() != u'*' || failed()) {
    return false;
  }
  const long start = ++position_;
  while (here() != 0 && !is_space(here()) && !is_flow_mark(here())) {
    ++position_;
  }
  if (position_ == start) {
    fail("name of an alias node must contain at least one character");
    return false;
  }
  const auto name = slice(start, position_);
  const auto known = anchors_.find(name);
  if (known == anchors_.end() || known->second.open) {
    fail(fmt::format("unidentified alias \"{}\"", to_utf8(name)));
    return false;
  }
  charge(known->second.weight);
  current_.value = known->second.value;
  current_.node = std::make_shared<Node>();
  current_.node->kind = Node::Kind::alias;
  current_.node->start = start;
  current_.node->end = position_;
  skip_space(true);
  return true;
}

void YamlParser::apply_directive(const std::u16string& name,
                                 const std::vector<std::u16string>& arguments) {
  if (name == u"YAML") {
    const auto version = arguments.size() == 1 ? to_utf8(arguments[0]) : "";
    const auto dot = version.find('.');
    if (std::exchange(version_seen_, true)) {
      fail("duplication of %YAML directive");
    } else if (arguments.size() != 1) {
      fail("YAML directive accepts exactly one argument");
    } else if (dot == std::string::npos || dot == 0 || dot + 1 == version.size() ||
               version.find_first_not_of("0123456789.") != std::string::npos ||
               version.find('.', dot + 1) != std::string::npos) {
      fail("ill-formed argument of the YAML directive");
    } else if (version.substr(0, dot).find_last_not_of('0') != dot - 1 || version[dot - 1] != '1' ||
               version.find_first_not_of('0') != dot - 1) {
      fail("unacceptable YAML version of the document");
    }
  } else if (name == u"TAG") {
    if (arguments.size() != 2) {
      fail("TAG directive accepts exactly two arguments");
    } else if (!is_tag_handle(arguments[0])) {
      fail("ill-formed tag handle (first argument) of the TAG directive");
    } else if (tag_prefixes_.contains(arguments[0])) {
      fail(fmt::format("there is a previously declared suffix for \"{}\" tag handle",
                       to_utf8(arguments[0])));
    } else if (!is_tag_uri(arguments[1])) {
      fail("ill-formed tag prefix (second argument) of the TAG directive");
    } else {
      tag_prefixes_[arguments[0]] = arguments[1];
    }
  }
}

void YamlParser::read_directive() {
  const auto word = [&] {
    const long start = position_;
    while (here() != 0 && !is_space(here())) {
      ++position_;
    }
    return slice(start, position_);
  };
  ++position_;
  const auto name = word();
  if (name.empty()) {
    fail("directive name must not be less than one character in length");
    return;
  }
  std::vector<std::u16string> arguments;
  while (here() != 0) {
    skip_white();
    if (here() == u'#') {
      skip_comment();
      break;
    }
    if (is_line_break(here())) {
      break;
    }
    arguments.push_back(word());
  }
  if (here() != 0) {
    break_line();
  }
  apply_directive(name, arguments);
}

bool YamlParser::read_directives() {
  bool any = false;
  while (here() != 0) {
    skip_space(true);
    if (line_.indent > 0 || here() != u'%') {
      break;
    }
    any = true;
    read_directive();
  }
  return any;
}

void YamlParser::read_document() {
  version_seen_ = false;
  tag_prefixes_.clear();
  anchors_.clear();
  const bool directives = read_directives();
  skip_space(true);
  if (line_.indent == 0 && here() == u'-' && at(position_ + 1) == u'-' &&
      at(position_ + 2) == u'-') {
    position_ += 3;
    skip_space(true);
  } else if (directives) {
    fail("directives end mark is expected");
  }
  compose(line_.indent - 1, Context::block_out, false, true);
  skip_space(true);
  documents_.push_back(current_);
  if (position_ == line_.start && at_document_mark()) {
    if (here() == u'.') {
      position_ += 3;
      skip_space(true);
    }
  } else if (position_ < length_ - 1) {
    fail("end of the stream or a document separator is expected");
  }
}

YamlTree YamlParser::read() {
  if (!text_.empty() && !is_line_break(text_.back())) {
    text_ += u'\n';
  }
  if (text_.starts_with(u'\xFEFF')) {
    text_.erase(0, 1);
  }
  length_ = static_cast<long>(text_.size());
  if (const auto zero = text_.find(u'\0'); zero != std::u16string::npos) {
    position_ = static_cast<long>(zero);
    fail("null byte is not allowed in input");
    return {nullptr, nullptr, fault_};
  }
  text_ += u'\0';
  while (here() == u' ') {
    ++line_.indent;
    ++position_;
  }
  while (position_ < length_ - 1 && !failed()) {
    read_document();
  }
  if (failed()) {
    return {nullptr, nullptr, fault_};
  }
  if (documents_.size() > 1) {
    return {nullptr,
            nullptr,
            YamlFault{"expected a single document in the stream, but found more", std::nullopt}};
  }
  return documents_.empty()
             ? YamlTree{}
             : YamlTree{documents_.front().value, documents_.front().node, std::nullopt};
}

YamlTree read_tree(std::u16string text) {
  return YamlParser(std::move(text)).read();
}

namespace {

bool has_digit(const std::string& step) {
  return std::any_of(step.begin(), step.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// An item at a step that is a plain number; the original took whatever has a digit for one, and
// found nothing there.
const NodePtr* item_at(const Node& sequence, const std::string& step) {
  if (step.size() > 9 || step.find_first_not_of("0123456789") != std::string::npos ||
      (step.size() > 1 && step.front() == '0')) {
    return nullptr;
  }
  const std::size_t index = std::stoul(step);
  return index < sequence.inner.size() && sequence.inner[index] ? &sequence.inner[index] : nullptr;
}

void find_nodes(const NodePtr& node,
                const Path& path,
                std::size_t step,
                std::vector<const Node*>& found) {
  if (!node || step >= path.size()) {
    return;
  }
  const bool last = step + 1 == path.size();
  if (node->kind == Node::Kind::map) {
    for (const auto& pair : node->inner) {
      if (pair->key->text != path[step]) {
        continue;
      }
      if (last) {
        found.push_back(pair.get());
      } else {
        find_nodes(pair->value, path, step + 1, found);
      }
    }
  } else if (node->kind == Node::Kind::sequence && has_digit(path[step])) {
    const auto* const item = item_at(*node, path[step]);
    if (item != nullptr && last) {
      found.push_back(item->get());
    } else if (item != nullptr) {
      find_nodes(*item, path, step + 1, found);
    }
  }
}

}  // namespace

std::vector<const Node*> nodes_at(const NodePtr& root, const Path& path) {
  std::vector<const Node*> found;
  find_nodes(root, path, 0, found);
  return found;
}

}  // namespace agent::manifest::lint
