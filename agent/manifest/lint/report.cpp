#include "agent/manifest/lint/report.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace agent::manifest::lint {
namespace {

using base::data::Json;

Json json_of(const Place& place) {
  return {{"position", place.position}, {"line", place.at.line}, {"column", place.at.column}};
}

std::string_view word_for(std::string_view type) {
  return type == "warn" ? "warning" : type;
}

// Lines and columns from 1; the first place counts.
std::string place_text(const Result& result) {
  if (result.positions.empty()) {
    return "";
  }
  const auto& at = result.positions.front().start.at;
  return fmt::format("{}:{}:", at.line + 1, at.column + 1);
}

// What XML 1.0 cannot hold, escaped or not, is replaced.
std::string xml_text(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\n':
        escaped += "&#10;";
        break;
      case '\t':
        escaped += "&#9;";
        break;
      default:
        escaped += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
    }
  }
  return escaped;
}

Json sarif_location(const std::string& file, const Range& range) {
  Json region{{"startLine", std::max(range.start.at.line, 0L) + 1},
              {"startColumn", std::max(range.start.at.column, 0L) + 1}};
  if (range.end && range.end->at.line >= range.start.at.line) {
    region["endLine"] = range.end->at.line + 1;
    region["endColumn"] = range.end->at.column + 1;
  }
  Json location{
      {"physicalLocation", {{"artifactLocation", {{"uri", file}}}, {"region", std::move(region)}}}};
  if (range.path) {
    location["logicalLocations"] = Json::array({{{"fullyQualifiedName", *range.path}}});
  }
  return location;
}

Json sarif_result(const std::string& file, const Result& result) {
  Json locations = Json::array();
  if (result.positions.empty()) {
    locations.push_back({{"physicalLocation", {{"artifactLocation", {{"uri", file}}}}}});
  } else {
    locations.push_back(sarif_location(file, result.positions.front()));
  }
  Json json{{"ruleId", result.rule},
            {"level", result.type == "info" ? "note" : word_for(result.type)},
            {"message", {{"text", result.message}}},
            {"locations", std::move(locations)}};
  for (std::size_t i = 1; i < result.positions.size(); ++i) {
    json["relatedLocations"].push_back(sarif_location(file, result.positions[i]));
  }
  return json;
}

}  // namespace

bool has_error(const std::vector<Result>& results) {
  return std::any_of(
      results.begin(), results.end(), [](const Result& result) { return result.type == "error"; });
}

Json to_json(const std::vector<Result>& results) {
  Json list = Json::array();
  for (const auto& result : results) {
    Json positions = Json::array();
    for (const auto& range : result.positions) {
      positions.push_back({{"path", range.path ? Json(*range.path) : Json(nullptr)},
                           {"start", json_of(range.start)},
                           {"end", range.end ? json_of(*range.end) : Json(nullptr)}});
    }
    list.push_back({{"rule", result.rule},
                    {"type", result.type},
                    {"message", result.message},
                    {"positions", std::move(positions)}});
  }
  return list;
}

std::string to_text(const std::string& file, const std::vector<Result>& results) {
  std::string text;
  for (const auto& result : results) {
    text += fmt::format("{}:{} {}: {} ({})\n",
                        file,
                        place_text(result),
                        word_for(result.type),
                        result.message,
                        result.rule);
  }
  return text + (results.empty() ? fmt::format("{}: nothing found\n", file)
                                 : fmt::format("{}: {} found\n", file, results.size()));
}

std::string to_junit(const std::string& file, const std::vector<Result>& results) {
  const auto cases = std::max<std::size_t>(results.size(), 1);
  std::string text = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
      "  <testsuite name=\"slipway manifest lint\" tests=\"{}\" failures=\"{}\">\n",
      cases,
      results.size());
  if (results.empty()) {
    text += fmt::format("    <testcase classname=\"{}\" name=\"lint\"/>\n", xml_text(file));
  }
  for (const auto& result : results) {
    text += fmt::format(
        "    <testcase classname=\"{0}\" name=\"{1}\">\n"
        "      <failure type=\"{2}\" message=\"{3}\">{0}:{4} {3}</failure>\n    </testcase>\n",
        xml_text(file),
        xml_text(result.rule),
        result.type,
        xml_text(result.message),
        place_text(result));
  }
  return text + "  </testsuite>\n</testsuites>\n";
}

Json to_sarif(const std::string& file, const std::vector<Result>& results) {
  std::set<std::string> ids;
  Json found = Json::array();
  for (const auto& result : results) {
    ids.insert(result.rule);
    found.push_back(sarif_result(file, result));
  }
  Json rules = Json::array();
  for (const auto& id : ids) {
    rules.push_back({{"id", id}});
  }
  return {{"version", "2.1.0"},
          {"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
          {"runs",
           Json::array({{{"tool", {{"driver", {{"name", "slipway"}, {"rules", std::move(rules)}}}}},
                         {"columnKind", "utf16CodeUnits"},
                         {"results", std::move(found)}}})}};
}

}  // namespace agent::manifest::lint
