#include "agent/manifest/lint/yaml_parser.hpp"
#include "agent/manifest/lint/yaml_scalar.hpp"

namespace agent::manifest::lint {
namespace {

constexpr std::size_t k_most_merged = 10'000;
constexpr std::size_t k_longest_merge = 100;

ValuePtr or_null(const ValuePtr& value) {
  return value ? value : Value::of(Value::Kind::null);
}

NodePtr node_of(Node::Kind kind, long start) {
  auto node = std::make_shared<Node>();
  node->kind = kind;
  node->start = start;
  return node;
}

}  // namespace

// An alias inside of what it names would never end.
void YamlParser::open_anchor(Value::Kind kind) {
  if (current_.anchor) {
    anchors_[*current_.anchor] = {Value::of(kind), 1, true};
  }
}

bool YamlParser::read_block_sequence(long indent) {
  if (here() != u'-' || !is_space(at(position_ + 1)) || failed()) {
    return false;
  }
  open_anchor(Value::Kind::array);
  auto whole = current_;
  whole.shape = Shape::sequence;
  whole.value = Value::of(Value::Kind::array);
  whole.node = node_of(Node::Kind::sequence, position_);
  while (here() == u'-' && is_space(at(position_ + 1))) {
    ++position_;
    if (skip_space(true) > 0 && line_.indent <= indent) {
      whole.value->items.push_back(Value::of(Value::Kind::null));
      whole.node->inner.push_back(nullptr);
      continue;
    }
    const long line = line_.number;
    compose(indent, Context::block_in, false, true);
    whole.value->items.push_back(or_null(current_.value));
    whole.node->inner.push_back(current_.node);
    skip_space(true);
    if ((line_.number == line || line_.indent > indent) && here() != 0) {
      fail("bad indentation of a sequence entry");
    } else if (line_.indent < indent) {
      break;
    }
  }
  whole.node->end = position_;
  current_ = std::move(whole);
  return true;
}

bool YamlParser::read_block_mapping(long indent, long flow_indent) {
  if (failed()) {
    return false;
  }
  open_anchor(Value::Kind::object);
  const auto tag = current_.tag;
  const auto anchor = current_.anchor;
  Pairs pairs;
  pairs.node = node_of(Node::Kind::map, position_);
  while (here() != 0) {
    const long line = line_.number;
    const auto found = read_block_key(pairs, flow_indent);
    if (found == KeyFound::nothing) {
      break;
    }
    if (found == KeyFound::whole_node) {
      current_.tag = tag;
      current_.anchor = anchor;
      if (anchor) {
        // The original gave the name to the mapping that it had begun, and it stays with that.
        anchors_[*anchor].open = false;
        current_.anchor_taken = true;
      }
      return true;
    }
    if (line_.number == line || line_.indent > indent) {
      read_block_value(pairs, indent);
    }
    if (line_.indent > indent && here() != 0) {
      fail("bad indentation of a mapping entry");
    } else if (line_.indent < indent) {
      break;
    }
  }
  if (pairs.explicit_key) {
    store(pairs, nullptr, nullptr);
  }
  if (pairs.detected) {
    current_ = {tag, anchor, Shape::mapping, pairs.value, pairs.node};
  }
  return pairs.detected && !failed();
}

YamlParser::KeyFound YamlParser::read_block_key(Pairs& pairs, long flow_indent) {
  const auto c = here();
  const Line before = line_;
  const long start = position_;
  if ((c != u'?' && c != u':') || !is_space(at(position_ + 1))) {
    return read_implicit_key(pairs, flow_indent, before, start);
  }
  if (c == u'?') {
    if (pairs.explicit_key) {
      store(pairs, nullptr, nullptr);
      pairs.key = {};
    }
    pairs.detected = pairs.explicit_key = true;
  } else if (pairs.explicit_key) {
    pairs.explicit_key = false;
  } else {
    fail(
        "incomplete explicit mapping pair; a key node is missed; or followed by a "
        "non-tabulated empty line");
    return KeyFound::nothing;
  }
  pairs.compact = true;
  pairs.key.line = before;
  pairs.key.position = start;
  ++position_;
  return KeyFound::key;
}

YamlParser::KeyFound YamlParser::read_implicit_key(Pairs& pairs,
                                                   long flow_indent,
                                                   const Line& before,
                                                   long start) {
  if (!compose(flow_indent, Context::flow_out, false, true)) {
    return KeyFound::nothing;
  }
  if (line_.number != before.number) {
    if (pairs.detected) {
      fail("can not read a block mapping entry; a multiline key may not be an implicit key");
    }
    return pairs.detected ? KeyFound::nothing : KeyFound::whole_node;
  }
  skip_white();
  if (here() != u':') {
    if (pairs.detected) {
      fail("can not read an implicit mapping pair; a colon is missed");
    }
    return pairs.detected ? KeyFound::nothing : KeyFound::whole_node;
  }
  ++position_;
  if (!is_space(here())) {
    fail("a whitespace character is expected after the key-value separator within a block mapping");
    return KeyFound::nothing;
  }
  const auto key = current_;
  if (pairs.explicit_key) {
    store(pairs, nullptr, nullptr);
  }
  pairs.detected = true;
  pairs.explicit_key = pairs.compact = false;
  pairs.key = {key.tag, key.value, key.node, before, start};
  return KeyFound::key;
}

void YamlParser::read_block_value(Pairs& pairs, long indent) {
  ValuePtr value;
  NodePtr node;
  if (compose(indent, Context::block_out, true, pairs.compact)) {
    if (pairs.explicit_key) {
      pairs.key.value = current_.value;
      pairs.key.node = current_.node;
    } else {
      value = current_.value;
      node = current_.node;
    }
  }
  if (!pairs.explicit_key) {
    store(pairs, value, node);
    pairs.key = {};
  }
  skip_space(true);
}

bool YamlParser::read_flow_collection(long indent) {
  if ((here() != u'[' && here() != u'{') || failed()) {
    return false;
  }
  const bool mapping = here() == u'{';
  open_anchor(mapping ? Value::Kind::object : Value::Kind::array);
  auto whole = current_;
  whole.shape = mapping ? Shape::mapping : Shape::sequence;
  Pairs pairs;
  pairs.node = node_of(mapping ? Node::Kind::map : Node::Kind::sequence, position_);
  whole.node = pairs.node;
  whole.value = mapping ? pairs.value : Value::of(Value::Kind::array);
  bool next = true;
  ++position_;
  while (here() != 0) {
    skip_space(true);
    if (here() == (mapping ? u'}' : u']')) {
      whole.node->end = ++position_;
      current_ = std::move(whole);
      return true;
    }
    if (!next) {
      fail("missed comma between flow collection entries");
      return false;
    }
    read_flow_entry(pairs, whole, indent);
    skip_space(true);
    next = here() == u',';
    position_ += next ? 1 : 0;
  }
  fail("unexpected end of the stream within a flow collection");
  return false;
}

void YamlParser::read_flow_entry(Pairs& pairs, Current& collection, long indent) {
  bool explicit_key = false;
  if (here() == u'?' && is_space(at(position_ + 1))) {
    explicit_key = true;
    ++position_;
    skip_space(true);
  }
  const long line = line_.number;
  compose(indent, Context::flow_in, false, true);
  const auto key = current_;
  skip_space(true);
  bool pair = explicit_key;
  ValuePtr value;
  NodePtr node;
  if ((explicit_key || line_.number == line) && here() == u':') {
    pair = true;
    ++position_;
    skip_space(true);
    compose(indent, Context::flow_in, false, true);
    value = current_.value;
    node = current_.node;
  }
  const bool mapping = collection.shape == Shape::mapping;
  if (!mapping && !pair) {
    collection.value->items.push_back(or_null(key.value));
    collection.node->inner.push_back(key.node);
    return;
  }
  Pairs single;
  single.node = node_of(Node::Kind::map, key.node ? key.node->start : -1);
  auto& target = mapping ? pairs : single;
  target.key = {key.tag, key.value, key.node, std::nullopt, 0};
  store(target, value, node);
  if (!mapping) {
    collection.value->items.push_back(single.value);
    collection.node->inner.push_back(single.node);
  }
}

std::string YamlParser::key_text(const Value* key) {
  if (key == nullptr) {
    return "null";
  }
  if (!key->is_array()) {
    return key->text();
  }
  for (const auto& item : key->items) {
    if (item->is_array()) {
      fail("nested arrays are not supported inside keys");
    }
  }
  return key->text();
}

void YamlParser::store(Pairs& pairs, const ValuePtr& value, const NodePtr& node) {
  const auto& key = pairs.key;
  if (key.node) {
    auto pair = node_of(Node::Kind::pair, key.node->start);
    pair->end = node ? node->end : key.node->end + 1;
    pair->key = key.node;
    pair->value = node;
    pairs.node->end = pair->end;
    pairs.node->inner.push_back(std::move(pair));
  }
  const auto name = key_text(key.value.get());
  if (key.tag == std::string(k_tag_prefix) + "merge") {
    merge(pairs, value.get());
    return;
  }
  if (pairs.value->has(name) && !pairs.merged.contains(name)) {
    if (key.line && !failed()) {
      // A key at the very beginning is taken for none, and the place stays.
      line_.number = key.line->number != 0 ? key.line->number : line_.number;
      position_ = key.position != 0 ? key.position : position_;
    }
    fail("duplicated mapping key");
    return;
  }
  pairs.value->set(name, or_null(value));
  pairs.merged.erase(name);
}

void YamlParser::merge(Pairs& pairs, const Value* source) {
  if (source != nullptr && source->is_array()) {
    if (source->items.size() > k_longest_merge) {
      fail("abnormal merge sequence size");
      return;
    }
    for (const auto& item : source->items) {
      merge(pairs, item->is_array() ? nullptr : item.get());
    }
    return;
  }
  if (source == nullptr || (!source->is_object() && source->kind != Value::Kind::opaque)) {
    fail("cannot merge mappings; the provided source object is unacceptable");
    return;
  }
  for (const auto& [name, value] : source->entries()) {
    if (++merged_ > k_most_merged) {
      fail("merge keys exceeded maxTotalMergeKeys (10000)");
      return;
    }
    if (!pairs.value->has(name)) {
      pairs.value->set(name, value);
      pairs.merged.insert(name);
    }
  }
}

}  // namespace agent::manifest::lint
