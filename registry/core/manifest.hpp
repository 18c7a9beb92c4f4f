#pragma once
// From what a publisher sends to what is stored for a version.
//
// The body of a publish carries a manifest written by the client, and the tarball carries
// package.json. They can disagree ("manifest confusion"): a body that hides an install script from
// those who read the document is an attack. What decides how a package is installed is therefore
// taken from the tarball, the rest from the body.

#include "registry/core/json_slices.hpp"
#include "registry/core/package.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace registry::core {

struct TarballFacts {
  std::string package_json;  // As it stands in the tarball.
  bool has_shrinkwrap = false;
  bool has_binding_gyp = false;  // npm then runs `node-gyp rebuild` on install.
  std::int64_t file_count = 0;
  std::int64_t unpacked_size = 0;
};

struct BlobFacts {
  std::string sha512_hex;
  std::string sha512_base64;
  std::string sha1_hex;
  std::int64_t size = 0;
};

// The `signatures` of a version, as a JSON array, for the message that npm checks them of.
using SignMessage = std::function<base::Result<std::string>(const std::string& message)>;

struct ManifestInput {
  std::string_view name;  // Of the package, from the address that was written to.
  std::string_view body;  // The version's object in the body, validated JSON.
  TarballFacts tarball;
  BlobFacts blob;
  Person publisher;
  SignMessage sign = {};  // None: the version is not signed.
};

struct BuiltManifest {
  std::shared_ptr<const VersionContent> content;
  std::string readme;
  std::string readme_file;
};

// Errors: invalid_input: no version, name or version differ between address, body and tarball, a
// digest in the body's `dist` is not the tarball's, package.json is not JSON.
base::Result<BuiltManifest> build_manifest(const ManifestInput& input);

}  // namespace registry::core
