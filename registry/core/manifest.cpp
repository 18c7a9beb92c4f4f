#include "registry/core/manifest.hpp"

#include "registry/core/package_name.hpp"
#include "registry/core/semver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace registry::core {
namespace {

using base::Error;
using base::ErrorCode;

// Written by the registry itself, or kept elsewhere: a publisher's values are dropped.
constexpr std::array<std::string_view, 16> k_own = {"_attachments",
                                                    "_from",
                                                    "_hasShrinkwrap",
                                                    "_id",
                                                    "_integrity",
                                                    "_npmUser",
                                                    "_resolved",
                                                    "_rev",
                                                    "access",
                                                    "deprecated",
                                                    "dist",
                                                    "hasInstallScript",
                                                    "maintainers",
                                                    "name",
                                                    "readme",
                                                    "version"};

// Decide what an install does.
constexpr std::array<std::string_view, 10> k_from_tarball = {"cpu",
                                                             "dependencies",
                                                             "devDependencies",
                                                             "engines",
                                                             "libc",
                                                             "optionalDependencies",
                                                             "os",
                                                             "peerDependencies",
                                                             "peerDependenciesMeta",
                                                             "scripts"};

constexpr std::array<std::string_view, 16> k_abbreviated = {"acceptDependencies",
                                                            "bin",
                                                            "bundleDependencies",
                                                            "bundledDependencies",
                                                            "cpu",
                                                            "dependencies",
                                                            "devDependencies",
                                                            "directories",
                                                            "engines",
                                                            "funding",
                                                            "libc",
                                                            "optionalDependencies",
                                                            "os",
                                                            "peerDependencies",
                                                            "peerDependenciesMeta",
                                                            "_hasShrinkwrap"};

constexpr std::size_t k_max_readme = std::size_t{64} << 10U;

template <std::size_t Size>
bool contains(const std::array<std::string_view, Size>& keys, std::string_view key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

// An object under construction.
class ObjectText {
 public:
  void add(std::string_view key, std::string_view raw) {
    text_ += text_.empty() ? "{" : ",";
    text_ += quoted(key);
    text_ += ':';
    text_ += raw;
  }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  [[nodiscard]] std::string finished() const { return text_.empty() ? "{}" : text_ + "}"; }
  [[nodiscard]] std::size_t size() const { return text_.size(); }

 private:
  std::string text_;
};

// npm normalises values such as a `bundleDependencies` of true, and pnpm replaces ranges in both
// places; an object where the tarball has none, or something odd, is the publisher's invention.
bool is_installable_value(std::string_view key, std::string_view raw) {
  const bool may_be_list = key == "os" || key == "cpu" || key == "libc" || key == "engines";
  return is_object(raw) || (may_be_list && !raw.empty());
}

bool is_empty_object(std::string_view raw) {
  const auto members = members_of(raw);
  return members && members->empty();
}

// Scripts of the tarball, and the one that npm itself adds when it publishes a native module.
std::string scripts_of(const Members& body, const Members& tarball, bool has_binding_gyp) {
  ObjectText scripts;
  bool installs = false;
  if (const auto members = members_of(find(tarball, "scripts"))) {
    for (const auto& member : *members) {
      if (member.raw.starts_with('"')) {  // npm drops what is not a string.
        installs |= member.key == "install" || member.key == "preinstall";
        scripts.add(member.key, member.raw);
      }
    }
  }
  if (has_binding_gyp && !installs) {
    if (const auto members = members_of(find(body, "scripts"))) {
      const auto install = find(*members, "install");
      if (string_of(install) == "node-gyp rebuild") {
        scripts.add("install", install);
      }
    }
  }
  return scripts.empty() ? std::string() : scripts.finished();
}

bool has_install_script(std::string_view scripts, bool has_binding_gyp) {
  if (has_binding_gyp) {
    return true;
  }
  const auto members = scripts.empty() ? base::Result<Members>(Members{}) : members_of(scripts);
  return members && std::any_of(members->begin(), members->end(), [](const Member& member) {
           return member.key == "preinstall" || member.key == "install" ||
                  member.key == "postinstall";
         });
}

base::Status check_digests(const Members& body, const BlobFacts& blob) {
  const auto dist = find(body, "dist");
  if (!is_object(dist)) {
    return base::ok();
  }
  BASE_TRY_ASSIGN(const auto members, members_of(dist));
  const auto shasum = string_of(find(members, "shasum")).value_or("");
  if (!shasum.empty() && shasum != blob.sha1_hex) {
    return Error{
        ErrorCode::invalid_input,
        fmt::format(
            "the tarball's SHA-1 is {}, and the manifest says {:.60}", blob.sha1_hex, shasum)};
  }
  // Several digests may stand in one string; only ours can be compared.
  const auto integrity = string_of(find(members, "integrity")).value_or("");
  const auto at = integrity.find("sha512-");
  if (at != std::string::npos &&
      integrity.substr(at + 7, blob.sha512_base64.size()) != blob.sha512_base64) {
    return Error{ErrorCode::invalid_input,
                 fmt::format("the tarball's integrity is sha512-{}, and the manifest says {:.110}",
                             blob.sha512_base64,
                             integrity)};
  }
  return base::ok();
}

base::Result<std::string> agreed_version(const ManifestInput& input,
                                         const Members& body,
                                         const Members& tarball) {
  const auto body_version = parse_version(string_of(find(body, "version")).value_or(""));
  const auto tarball_version = parse_version(string_of(find(tarball, "version")).value_or(""));
  if (!body_version) {
    return Error{ErrorCode::invalid_input, "the manifest has no valid version"};
  }
  if (!tarball_version || *tarball_version != *body_version) {
    return Error{
        ErrorCode::invalid_input,
        fmt::format("the manifest says version {}, and package.json in the tarball says {}",
                    body_version->text(),
                    tarball_version ? tarball_version->text() : "none")};
  }
  for (const auto* members : {&body, &tarball}) {
    const auto name = string_of(find(*members, "name")).value_or("");
    if (name != input.name) {
      return Error{ErrorCode::invalid_input,
                   fmt::format("{} names the package '{:.80}', and it was sent to '{}'",
                               members == &body ? "the manifest" : "package.json in the tarball",
                               name,
                               input.name)};
    }
  }
  return body_version->text();
}

// The tarball's values where they decide about the installation, else the body's.
std::vector<std::pair<std::string, std::string>> merged_fields(const Members& body,
                                                               const Members& tarball,
                                                               bool has_binding_gyp) {
  std::vector<std::pair<std::string, std::string>> fields;
  const auto value_from_tarball = [&](std::string_view key) -> std::string {
    if (key == "scripts") {
      return scripts_of(body, tarball, has_binding_gyp);
    }
    const auto raw = find(tarball, key);
    return is_installable_value(key, raw) && !(is_object(raw) && is_empty_object(raw))
               ? std::string(raw)
               : std::string();
  };
  for (const auto& member : body) {
    if (contains(k_own, member.key)) {
      continue;
    }
    const auto duplicate = std::find_if(
        fields.begin(), fields.end(), [&](const auto& field) { return field.first == member.key; });
    if (duplicate != fields.end()) {
      duplicate->second = contains(k_from_tarball, member.key) ? duplicate->second : member.raw;
    } else if (!contains(k_from_tarball, member.key)) {
      fields.emplace_back(member.key, member.raw);
    } else if (auto raw = value_from_tarball(member.key); !raw.empty()) {
      fields.emplace_back(member.key, std::move(raw));
    }
  }
  for (const auto key : k_from_tarball) {
    const bool present = std::any_of(
        fields.begin(), fields.end(), [&](const auto& field) { return field.first == key; });
    if (auto raw = present ? std::string() : value_from_tarball(key); !raw.empty()) {
      fields.emplace_back(key, std::move(raw));
    }
  }
  return fields;
}

// `"dist":{…}` with the tarball's path last, and where in the text the path begins.
struct DistText {
  std::string text;
  std::size_t base = 0;
};

base::Result<DistText> dist_text(const ManifestInput& input, std::string_view version) {
  DistText dist;
  std::string signatures;
  if (input.sign) {
    BASE_TRY_ASSIGN(
        signatures,
        input.sign(fmt::format("{}@{}:sha512-{}", input.name, version, input.blob.sha512_base64)));
    signatures = R"("signatures":)" + signatures + ",";
  }
  dist.text = fmt::format(
      R"({{"integrity":"sha512-{}","shasum":"{}","fileCount":{},"unpackedSize":{},{}"tarball":")",
      input.blob.sha512_base64,
      input.blob.sha1_hex,
      input.tarball.file_count,
      input.tarball.unpacked_size,
      signatures);
  dist.base = dist.text.size();
  dist.text += tarball_path(input.name, version) + "\"}";
  return dist;
}

std::string person_text(const Person& person) {
  return fmt::format(R"({{"name":{},"email":{}}})", quoted(person.name), quoted(person.email));
}

// Cuts a README at a limit, between characters.
std::string shortened(std::string text) {
  if (text.size() > k_max_readme) {
    std::size_t end = k_max_readme;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
      --end;
    }
    text.resize(end);
  }
  return text;
}

}  // namespace

base::Result<BuiltManifest> build_manifest(const ManifestInput& input) {
  const std::string package_json = cleaned_utf8(input.tarball.package_json);
  if (const auto valid = validate_json(package_json); !valid) {
    return base::Error(valid.error()).with_context("package.json in the tarball");
  }
  BASE_TRY_ASSIGN(const auto tarball, members_of(package_json));
  BASE_TRY_ASSIGN(const auto body, members_of(input.body));
  BASE_TRY_ASSIGN(const std::string version, agreed_version(input, body, tarball));
  BASE_TRY(check_digests(body, input.blob));

  const auto fields = merged_fields(body, tarball, input.tarball.has_binding_gyp);
  BASE_TRY_ASSIGN(const DistText dist, dist_text(input, version));
  const std::string publisher = person_text(input.publisher);
  const auto scripts = std::find_if(
      fields.begin(), fields.end(), [](const auto& field) { return field.first == "scripts"; });

  ObjectText full;
  ObjectText abbreviated;
  full.add("name", quoted(input.name));
  full.add("version", quoted(version));
  abbreviated.add("name", quoted(input.name));
  abbreviated.add("version", quoted(version));
  for (const auto& [key, raw] : fields) {
    full.add(key, raw);
    if (contains(k_abbreviated, key)) {
      abbreviated.add(key, raw);
    }
  }
  full.add("_id", quoted(fmt::format("{}@{}", input.name, version)));
  full.add("_npmUser", publisher);
  full.add("maintainers", "[" + publisher + "]");
  const std::string_view shrinkwrap = input.tarball.has_shrinkwrap ? "true" : "false";
  full.add("_hasShrinkwrap", shrinkwrap);
  if (input.tarball.has_shrinkwrap) {
    abbreviated.add("_hasShrinkwrap", shrinkwrap);
  }
  if (has_install_script(scripts == fields.end() ? std::string_view() : scripts->second,
                         input.tarball.has_binding_gyp)) {
    abbreviated.add("hasInstallScript", "true");
  }
  constexpr std::string_view k_dist_key = R"(,"dist":)";
  auto content = std::make_shared<VersionContent>();
  content->version = version;
  content->manifest_base = full.size() + k_dist_key.size() + dist.base;
  content->abbreviated_base = abbreviated.size() + k_dist_key.size() + dist.base;
  full.add("dist", dist.text);
  abbreviated.add("dist", dist.text);
  content->manifest = full.finished();
  content->abbreviated = abbreviated.finished();
  content->tarball = tarball_file(input.name, version);
  content->blob = input.blob.sha512_hex;
  content->integrity = "sha512-" + input.blob.sha512_base64;
  content->size = input.blob.size;

  return BuiltManifest{
      .content = std::move(content),
      .readme = shortened(storable_text(string_of(find(body, "readme")).value_or(""))),
      .readme_file = storable_text(string_of(find(body, "readmeFilename")).value_or("")),
  };
}

}  // namespace registry::core
