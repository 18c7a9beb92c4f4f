#include "agent/base/data/yaml_event_reader.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <array>
#include <istream>
#include <map>
#include <optional>
#include <set>
#include <streambuf>
#include <utility>

namespace base::data {
namespace {

YamlPosition position_of(const YAML::Mark& mark) {
  return mark.is_null() ? YamlPosition{} : YamlPosition{mark.line + 1, mark.column + 1};
}

// What a node costs with all in it.
struct Weight {
  std::size_t nodes = 0;
  std::size_t text_bytes = 0;
};

Weight weight_of(const YamlNode& node) {
  Weight weight{.nodes = 1, .text_bytes = node.text.size()};
  const auto add = [&](const YamlNode& inner) {
    const auto more = weight_of(inner);
    weight.nodes += more.nodes;
    weight.text_bytes += more.text_bytes;
  };
  for (const auto& item : node.items) {
    add(item);
  }
  for (const auto& entry : node.entries) {
    weight.text_bytes += entry.key.size();
    add(entry.value);
  }
  return weight;
}

// Hands the text out in pieces and ends it early once there is a fault: the parser has no other way
// to be stopped, and what it would go on to read may take it minutes.
class StoppableText final : public std::streambuf {
 public:
  StoppableText(std::string_view text, const std::optional<Error>& fault)
      : text_(text), fault_(fault) {}

 protected:
  int_type underflow() override {
    if (fault_ || text_.empty()) {
      return traits_type::eof();
    }
    const auto count = text_.copy(piece_.data(), piece_.size());
    text_.remove_prefix(count);
    setg(piece_.data(), piece_.data(), piece_.data() + count);
    return traits_type::to_int_type(piece_.front());
  }

 private:
  std::string_view text_;
  const std::optional<Error>& fault_;
  std::array<char, 4096> piece_{};
};

enum class Strictness { strict, lenient };  // What `<<` and a repeated key are.

// yaml-cpp's events, rather than its tree, because only they carry the limits while reading: a
// document may stand for more than memory holds. After the first fault everything is ignored.
class Builder final : public YAML::EventHandler {
 public:
  Builder(const YamlLimits& limits, Strictness strictness)
      : limits_(limits), strictness_(strictness) {}

  void OnDocumentStart(const YAML::Mark& /*mark*/) override {
    anchors_.clear();
    open_.clear();
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    YamlNode node;
    node.position = position_of(mark);
    add(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto known = anchors_.find(anchor);
    if (known == anchors_.end()) {
      fail(position_of(mark), "an alias inside what it names", ErrorCode::invalid_input);
      return;
    }
    // Charged before it is copied.
    if (!charge(known->second.weight, position_of(mark))) {
      return;
    }
    auto copy = known->second.node;
    copy.position = position_of(mark);
    insert(std::move(copy));
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
    add(std::move(node), anchor);
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
  std::vector<YamlRepeatedKey> repeated;  // Of all documents.

 private:
  struct Open {
    YamlNode node;
    YAML::anchor_t anchor = 0;
    std::optional<std::pair<std::string, YamlPosition>> key;
    std::set<std::string> keys;
  };
  struct Anchored {
    YamlNode node;
    Weight weight;
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
    if (strictness_ == Strictness::lenient) {
      merge(closed.node);
    }
    add(std::move(closed.node), closed.anchor);
  }

  // False when the limits are used up, or there was a fault before.
  bool charge(const Weight& weight, YamlPosition position) {
    weight_.nodes += weight.nodes;
    weight_.text_bytes += weight.text_bytes;
    if (weight_.nodes > limits_.max_nodes) {
      fail(position,
           fmt::format("more than {} nodes, aliases written out", limits_.max_nodes),
           ErrorCode::too_large);
    }
    if (weight_.text_bytes / 4 > limits_.max_bytes) {
      fail(position, "too much text, aliases written out", ErrorCode::too_large);
    }
    return !fault;
  }

  // A node that was read, its contents charged already.
  void add(YamlNode node, YAML::anchor_t anchor) {
    if (!charge({.nodes = 1, .text_bytes = node.text.size()}, node.position)) {
      return;
    }
    if (anchor != 0) {
      // The copy for aliases costs memory too, and anchors may lie inside anchors.
      const auto weight = weight_of(node);
      if (!charge(weight, node.position)) {
        return;
      }
      anchors_[anchor] = Anchored{node, weight};
    }
    insert(std::move(node));
  }

  void insert(YamlNode node) {
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
    const bool again = !mapping.keys.insert(node.text).second;
    if (again && strictness_ == Strictness::lenient) {
      repeated.push_back({node.text, node.position});
      std::erase_if(mapping.node.entries,
                    [&](const YamlEntry& entry) { return entry.key == node.text; });
    } else if (again) {
      fail(node.position,
           fmt::format("the key '{:.80}' stands twice", node.text),
           ErrorCode::invalid_input);
      return;
    }
    mapping.key.emplace(std::move(node.text), node.position);
  }

  // `<<: *base`, or a list of such: the keys that the mapping does not have itself.
  static void merge(YamlNode& mapping) {
    const auto found = std::find_if(mapping.entries.begin(),
                                    mapping.entries.end(),
                                    [](const YamlEntry& entry) { return entry.key == "<<"; });
    if (found == mapping.entries.end() || found->value.kind == YamlNode::Kind::scalar) {
      return;
    }
    auto source = std::move(found->value);
    mapping.entries.erase(found);
    merge_from(mapping, std::move(source));
  }

  static void merge_from(YamlNode& mapping, YamlNode source) {
    for (auto& item : source.items) {
      merge_from(mapping, std::move(item));
    }
    for (auto& entry : source.entries) {
      if (mapping.find(entry.key) == nullptr) {
        mapping.entries.push_back(std::move(entry));
      }
    }
  }

  const YamlLimits& limits_;
  Strictness strictness_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, Anchored> anchors_;
  Weight weight_;
};

bool is_empty(const YamlNode& document) {
  return document.kind == YamlNode::Kind::null;
}

// Calls `take` after each document until it returns false. The fault, if there is one.
template <typename Take>
std::optional<Error> read_documents(std::string_view text, Builder& builder, Take take) {
  StoppableText source(text, builder.fault);
  std::istream stream(&source);
  try {
    YAML::Parser parser(stream);
    while (!builder.fault && parser.HandleNextDocument(builder) && take()) {
    }
  } catch (const YAML::Exception& exception) {
    // After a fault of ours the text was cut short, which the parser has a right to dislike.
    if (!builder.fault) {
      const auto position = position_of(exception.mark);
      return Error{
          ErrorCode::invalid_input,
          fmt::format("line {}, column {}: {}", position.line, position.column, exception.msg)};
    }
  }
  return std::move(builder.fault);
}

}  // namespace

Result<std::vector<YamlNode>> read_yaml_events(std::string_view text, const YamlLimits& limits) {
  std::vector<YamlNode> documents;
  Builder builder(limits, Strictness::strict);
  auto fault = read_documents(text, builder, [&] {
    documents.push_back(std::exchange(builder.document, YamlNode{}));
    return documents.size() <= limits.max_documents;
  });
  if (!fault && documents.size() > limits.max_documents) {
    fault = Error{ErrorCode::too_large,
                  fmt::format("more than {} YAML documents", limits.max_documents)};
  }
  if (fault) {
    return *std::move(fault);
  }
  return documents;
}

Result<FirstYaml> read_first_yaml_events(std::string_view text, const YamlLimits& limits) {
  Builder builder(limits, Strictness::lenient);
  std::size_t read = 0;
  auto fault = read_documents(
      text, builder, [&] { return is_empty(builder.document) && ++read < limits.max_documents; });
  if (fault) {
    return *std::move(fault);
  }
  return FirstYaml{std::move(builder.document), std::move(builder.repeated)};
}

}  // namespace base::data
