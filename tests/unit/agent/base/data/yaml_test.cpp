#include "agent/base/data/yaml.hpp"

#include <doctest/doctest.h>

namespace {

using base::ErrorCode;
using base::data::parse_yaml;
using base::data::parse_yaml_documents;
using base::data::YamlNode;

TEST_SUITE_BEGIN("base.data.yaml");

TEST_CASE("keys and values have their positions and their order") {
  const auto root = parse_yaml("name: app\nlist:\n  - one\n  - \"no\"\n  - no\n");
  REQUIRE(root);

  REQUIRE(root->entries.size() == 2);
  CHECK(root->entries[0].key == "name");
  CHECK(root->entries[0].key_position.line == 1);
  CHECK(root->entries[0].value.position.column == 7);
  const auto* list = root->find("list");
  REQUIRE(list != nullptr);
  REQUIRE(list->items.size() == 3);
  CHECK(list->items[1].position.line == 4);
  CHECK_FALSE(list->items[1].plain);
  CHECK(list->items[2].plain);
  CHECK(root->find("absent") == nullptr);
}

TEST_CASE("several documents are read, and refused where one is expected") {
  const auto documents = parse_yaml_documents("a: 1\n---\nb: 2\n", {});

  REQUIRE(documents);
  CHECK(documents->size() == 2);
  CHECK_FALSE(parse_yaml("a: 1\n---\nb: 2\n"));
}

TEST_CASE("empty text and null are null nodes") {
  for (const char* text : {"", "# nothing\n", "~\n", "null\n"}) {
    CAPTURE(text);
    const auto root = parse_yaml(text);
    REQUIRE(root);
    const bool is_null =
        root->kind == YamlNode::Kind::null || (root->kind == YamlNode::Kind::scalar && root->plain);
    CHECK(is_null);
  }
}

TEST_CASE("an alias is written out") {
  const auto root = parse_yaml("a: &x {k: v}\nb: *x\n");

  REQUIRE(root);
  CHECK(root->find("b")->find("k")->text == "v");
}

TEST_CASE("a few lines that stand for billions of nodes are refused") {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const auto previous = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int item = 0; item < 9; ++item) {
      text += (item == 0 ? "" : ", ") + previous;
    }
    text += "]\n";
  }

  const auto root = parse_yaml(text);

  REQUIRE_FALSE(root);
  CHECK(root.error().code == ErrorCode::too_large);
}

TEST_CASE("what costs more than its text is refused in time") {
  std::string text;
  SUBCASE("one long text, named many times") {
    text = "a: &a '" + std::string(500'000, 'x') + "'\nb: [";
    for (int i = 0; i < 50'000; ++i) {
      text += "*a, ";
    }
    text += "]\n";
  }
  SUBCASE("aliases that go on after the limit") {
    text = "a: &a [";
    for (int i = 0; i < 150'000; ++i) {
      text += "x,";
    }
    text += "]\nb: [";
    for (int i = 0; i < 150'000; ++i) {
      text += "*a,";
    }
    text += "]\n";
  }
  SUBCASE("anchors inside anchors") {
    for (int i = 0; i < 60; ++i) {
      text += "&a" + std::to_string(i) + " [";
    }
    text += "'" + std::string(500'000, 'x') + "'" + std::string(60, ']');
  }
  SUBCASE("limits used up again by each document") {
    for (int i = 0; i < 900; ++i) {
      text +=
          "---\na: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
          "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n";
    }
  }
  SUBCASE("documents") {
    for (int i = 0; i < 300'000; ++i) {
      text += "---\n";
    }
  }
  SUBCASE("brackets on one line") {
    text = std::string(1'000'000, '[');
  }

  const auto documents = parse_yaml_documents(text, {});

  REQUIRE_FALSE(documents);
  CHECK(documents.error().code == ErrorCode::too_large);
}

TEST_CASE("many keys in one mapping are read") {
  std::string text;
  for (int i = 0; i < 20'000; ++i) {
    text += "key" + std::to_string(i) + ": v\n";
  }

  const auto root = parse_yaml(text);

  REQUIRE(root);
  CHECK(root->entries.size() == 20'000);
}

TEST_CASE("depth is limited") {
  std::string text;
  for (int depth = 0; depth < 200; ++depth) {
    text += "[";
  }
  text += std::string(200, ']');

  const auto root = parse_yaml(text);

  REQUIRE_FALSE(root);
  CHECK(root.error().code == ErrorCode::too_large);
}

TEST_CASE("faults carry line and column") {
  std::string text;
  std::string place;
  SUBCASE("a key twice") {
    text = "a: 1\nb: 2\na: 3\n";
    place = "line 3, column 1";
  }
  SUBCASE("not YAML") {
    text = "a: [1, 2\nb: 3\n";
    place = "line 2";
  }
  SUBCASE("a list as key") {
    text = "? [a, b]\n: c\n";
    place = "line 1";
  }

  const auto root = parse_yaml(text);

  REQUIRE_FALSE(root);
  CHECK(root.error().code == ErrorCode::invalid_input);
  CHECK(root.error().message.find(place) != std::string::npos);
}

TEST_SUITE_END();

}  // namespace
