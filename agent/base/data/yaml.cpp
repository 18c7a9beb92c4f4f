#include "agent/base/data/yaml.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>
#include <utility>

namespace base::data {
namespace {

YamlPosition position_of(const YAML::Mark& mark) {
  return mark.is_null() ? YamlPosition{} : YamlPosition{mark.line + 1, mark.column + 1};
}

std::size_t size_of(const YamlNode& node) {
  std::size_t size = 1;
  for (const auto& item : node.items) {
    size += size_of(item);
  }
  for (const auto& entry : node.entries) {
    size += size_of(entry.value);
  }
  return size;
}

// yaml-cpp's events, rather than its tree, because only they carry the limits while reading: a
// document may stand for more than memory holds. After the first fault everything is ignored.
class Builder final : public YAML::EventHandler {
 public:
  explicit Builder(const YamlLimits& limits) : limits_(limits) {}

  void OnDocumentStart(const YAML::Mark& /*mark*/) override {
    anchors_.clear();
    open_.clear();
    nodes_ = 0;
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    YamlNode node;
    node.position = position_of(mark);
    add(std::move(node), anchor, 1);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto known = anchors_.find(anchor);
    if (known == anchors_.end()) {
      fail(position_of(mark), "an alias inside what it names", ErrorCode::invalid_input);
      return;
    }
    auto copy = known->second.node;
    copy.position = position_of(mark);
    add(std::move(copy), 0, known->second.size);
  }

  void OnScalar(const YAML::Mark& mark,
                const std::string& tag,
                YAML::anchor_t anchor,
                const std::string& value) override {
    YamlNode node;
    node.kind = YamlNode::Kind::scalar;
    node.position = position_of(mark);
    node.text = value;
    // yaml-cpp tags a plain scalar "?" and a quoted or block one "!".
    node.plain = tag == "?";
    node.tag = tag == "?" || tag == "!" ? "" : tag;
    add(std::move(node), anchor, 1);
  }

  void OnSequenceStart(const YAML::Mark& mark,
                       const std::string& tag,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    start(YamlNode::Kind::sequence, mark, tag, anchor);
  }
  void OnSequenceEnd() override { end(); }

  void OnMapStart(const YAML::Mark& mark,
                  const std::string& tag,
                  YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    start(YamlNode::Kind::mapping, mark, tag, anchor);
  }
  void OnMapEnd() override { end(); }

  std::optional<Error> fault;
  YamlNode document;

 private:
  struct Open {
    YamlNode node;
    YAML::anchor_t anchor = 0;
    std::optional<std::pair<std::string, YamlPosition>> key;
  };
  struct Anchored {
    YamlNode node;
    std::size_t size = 0;
  };

  void fail(YamlPosition position, std::string_view what, ErrorCode code) {
    if (!fault) {
      fault =
          Error{code, fmt::format("line {}, column {}: {}", position.line, position.column, what)};
    }
  }

  void start(YamlNode::Kind kind,
             const YAML::Mark& mark,
             const std::string& tag,
             YAML::anchor_t anchor) {
    if (open_.size() >= limits_.max_depth) {
      fail(position_of(mark), "nested too deep", ErrorCode::too_large);
    }
    Open opened;
    opened.node.kind = kind;
    opened.node.position = position_of(mark);
    opened.node.tag = tag == "?" || tag == "!" ? "" : tag;
    opened.anchor = anchor;
    open_.push_back(std::move(opened));
  }

  void end() {
    auto closed = std::move(open_.back());
    open_.pop_back();
    add(std::move(closed.node), closed.anchor, 1);
  }

  void add(YamlNode node, YAML::anchor_t anchor, std::size_t cost) {
    nodes_ += cost;
    if (nodes_ > limits_.max_nodes) {
      fail(node.position,
           fmt::format("more than {} nodes, aliases written out", limits_.max_nodes),
           ErrorCode::too_large);
    }
    if (fault) {
      return;
    }
    if (anchor != 0) {
      anchors_[anchor] = Anchored{node, size_of(node)};
    }
    if (open_.empty()) {
      document = std::move(node);
    } else if (open_.back().node.kind == YamlNode::Kind::sequence) {
      open_.back().node.items.push_back(std::move(node));
    } else {
      add_to_mapping(open_.back(), std::move(node));
    }
  }

  void add_to_mapping(Open& mapping, YamlNode node) {
    if (mapping.key) {
      mapping.node.entries.push_back(
          YamlEntry{std::move(mapping.key->first), mapping.key->second, std::move(node)});
      mapping.key.reset();
      return;
    }
    if (node.kind != YamlNode::Kind::scalar) {
      fail(node.position, "a key must be plain text", ErrorCode::invalid_input);
      return;
    }
    if (mapping.node.find(node.text) != nullptr) {
      fail(node.position,
           fmt::format("the key '{:.80}' stands twice", node.text),
           ErrorCode::invalid_input);
      return;
    }
    mapping.key.emplace(std::move(node.text), node.position);
  }

  const YamlLimits& limits_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, Anchored> anchors_;
  std::size_t nodes_ = 0;
};

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
  const auto found = std::find_if(
      entries.begin(), entries.end(), [&](const YamlEntry& entry) { return entry.key == key; });
  return found == entries.end() ? nullptr : &found->value;
}

Result<std::vector<YamlNode>> parse_yaml_documents(std::string_view text,
                                                   const YamlLimits& limits) {
  if (text.size() > limits.max_bytes) {
    return Error{ErrorCode::too_large,
                 fmt::format("YAML of {} bytes; {} are allowed", text.size(), limits.max_bytes)};
  }
  std::vector<YamlNode> documents;
  std::istringstream stream{std::string(text)};
  try {
    YAML::Parser parser(stream);
    Builder builder(limits);
    while (parser.HandleNextDocument(builder)) {
      if (builder.fault) {
        return std::move(*builder.fault);
      }
      documents.push_back(std::exchange(builder.document, YamlNode{}));
    }
  } catch (const YAML::Exception& exception) {
    const auto position = position_of(exception.mark);
    return Error{
        ErrorCode::invalid_input,
        fmt::format("line {}, column {}: {}", position.line, position.column, exception.msg)};
  }
  return documents;
}

Result<YamlNode> parse_yaml(std::string_view text, const YamlLimits& limits) {
  BASE_TRY_ASSIGN(auto documents, parse_yaml_documents(text, limits));
  if (documents.size() > 1) {
    return Error{ErrorCode::invalid_input,
                 fmt::format("{} YAML documents where one is expected", documents.size())};
  }
  return documents.empty() ? YamlNode{} : std::move(documents.front());
}

}  // namespace base::data
