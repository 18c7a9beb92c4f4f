#include "registry/core/document.hpp"

#include "registry/core/json_slices.hpp"

#include <fmt/format.h>

#include <array>

namespace registry::core {
namespace {

// Repeated from the version that `latest` names, for tools that show a package without choosing a
// version.
constexpr std::array<std::string_view, 8> k_descriptive = {"author",
                                                           "bugs",
                                                           "contributors",
                                                           "description",
                                                           "homepage",
                                                           "keywords",
                                                           "license",
                                                           "repository"};

// A stored manifest with the public address and the deprecation in their places.
void append_manifest(std::string& out,
                     std::string_view text,
                     std::size_t base,
                     const std::string& deprecated,
                     std::string_view public_url) {
  if (deprecated.empty()) {
    out += text.substr(0, base);
  } else {
    out += R"({"deprecated":)";
    out += quoted(deprecated);
    out += ',';
    out += text.substr(1, base - 1);
  }
  out += public_url;
  out += text.substr(base);
}

enum class Form { full, abbreviated };

std::size_t expected_size(const Package& package, Form form, std::string_view public_url) {
  std::size_t size = 4096 + package.readme.size() * 2 + package.times.size() * 64;
  for (const auto& version : package.versions) {
    const auto& content = *version.content;
    size += (form == Form::full ? content.manifest : content.abbreviated).size() +
            version.deprecated.size() + public_url.size() + content.version.size() + 32;
  }
  return size;
}

void append_versions(std::string& out,
                     const Package& package,
                     Form form,
                     std::string_view public_url) {
  out += R"("versions":{)";
  bool first = true;
  for (const auto& version : package.versions) {
    const auto& content = *version.content;
    out += first ? "" : ",";
    first = false;
    out += quoted(content.version);
    out += ':';
    if (form == Form::full) {
      append_manifest(out, content.manifest, content.manifest_base, version.deprecated, public_url);
    } else {
      append_manifest(
          out, content.abbreviated, content.abbreviated_base, version.deprecated, public_url);
    }
  }
  out += '}';
}

void append_time(std::string& out, const Package& package) {
  out += fmt::format(R"("time":{{"created":"{}","modified":"{}")",
                     base::format_time(package.created),
                     base::format_time(package.modified));
  for (const auto& [version, time] : package.times) {
    out += fmt::format(R"(,{}:"{}")", quoted(version), base::format_time(time));
  }
  out += '}';
}

void append_owners(std::string& out, const Package& package) {
  out += R"("maintainers":[)";
  bool first = true;
  for (const auto& owner : package.owners) {
    out += fmt::format(
        R"({}{{"name":{},"email":{}}})", first ? "" : ",", quoted(owner.name), quoted(owner.email));
    first = false;
  }
  out += ']';
}

void append_descriptive(std::string& out, const Package& package) {
  const auto latest = package.tags.find("latest");
  const auto* version =
      latest == package.tags.end() ? nullptr : package.find_version(latest->second);
  if (version == nullptr) {
    return;
  }
  const auto members = members_of(version->content->manifest);
  if (!members) {
    return;
  }
  for (const auto key : k_descriptive) {
    if (const auto raw = find(*members, key); !raw.empty()) {
      out += fmt::format(R"("{}":{},)", key, raw);
    }
  }
}

void append_stars(std::string& out, const Package& package) {
  out += R"("users":{)";
  bool first = true;
  for (const auto& user : package.stars) {
    out += fmt::format("{}{}:true", first ? "" : ",", quoted(user));
    first = false;
  }
  out += '}';
}

}  // namespace

std::string full_document(const Package& package, std::string_view public_url) {
  std::string out;
  out.reserve(expected_size(package, Form::full, public_url));
  const std::string name = quoted(package.name);
  out += fmt::format(R"({{"_id":{},"_rev":"{}","name":{},)", name, package.revision_text(), name);
  append_descriptive(out, package);
  out += R"("dist-tags":)";
  out += tags_document(package);
  out += ',';
  append_versions(out, package, Form::full, public_url);
  out += ',';
  append_time(out, package);
  out += ',';
  append_owners(out, package);
  out += ',';
  append_stars(out, package);
  out += R"(,"readme":)";
  out += quoted(package.readme);
  out += R"(,"readmeFilename":)";
  out += quoted(package.readme_file);
  out += R"(,"_attachments":{}})";
  return out;
}

std::string abbreviated_document(const Package& package, std::string_view public_url) {
  std::string out;
  out.reserve(expected_size(package, Form::abbreviated, public_url));
  out += fmt::format(R"({{"name":{},"modified":"{}","dist-tags":{},)",
                     quoted(package.name),
                     base::format_time(package.modified),
                     tags_document(package));
  append_versions(out, package, Form::abbreviated, public_url);
  out += ',';
  append_time(out, package);  // pnpm's age check then needs no full document.
  out += '}';
  return out;
}

std::string version_document(const PackageVersion& version, std::string_view public_url) {
  std::string out;
  append_manifest(out,
                  version.content->manifest,
                  version.content->manifest_base,
                  version.deprecated,
                  public_url);
  return out;
}

std::string tags_document(const Package& package) {
  std::string out = "{";
  for (const auto& [tag, version] : package.tags) {
    out += fmt::format("{}{}:{}", out.size() > 1 ? "," : "", quoted(tag), quoted(version));
  }
  return out + "}";
}

}  // namespace registry::core
