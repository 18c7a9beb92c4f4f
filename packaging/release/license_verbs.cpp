#include "packaging/release/license_verbs.hpp"

#include "agent/base/crypto/encoding.hpp"
#include "agent/base/crypto/signature.hpp"
#include "agent/base/data/json.hpp"
#include "agent/base/fs/files.hpp"
#include "agent/license/license.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <string_view>
#include <utility>

namespace packaging::release {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;
using base::Secret;
using std::filesystem::path;

constexpr std::size_t k_max_file = std::size_t{256} << 10U;

path public_file_of(const path& file) {
  return file.string() + ".pub";
}

Result<std::string> read_base64(const path& file) {
  BASE_TRY_ASSIGN(auto text, base::fs::read_file(file, k_max_file));
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) {
    text.pop_back();
  }
  auto bytes = base::crypto::base64_decode(text);
  if (!bytes) {
    return std::move(bytes).error().with_context(file.string());
  }
  return bytes;
}

}  // namespace

base::Status create_key(const path& file) {
  for (const auto& each : {file, public_file_of(file)}) {
    if (std::filesystem::exists(each)) {
      return Error{ErrorCode::conflict,
                   fmt::format("{} exists; a key is never replaced", each.string()),
                   "Name another file."};
    }
  }
  const auto key = base::crypto::new_ed25519_key();
  const auto line = [](std::string_view bytes) {
    return base::crypto::base64_encode(bytes) + "\n";
  };
  BASE_TRY(base::fs::write_atomically(file, line(key.seed.reveal()), 0600));
  return base::fs::write_atomically(public_file_of(file), line(key.public_key), 0644);
}

base::Status issue_license(const path& key, const path& payload, const path& output) {
  BASE_TRY_ASSIGN(auto seed, read_base64(key));
  BASE_TRY_ASSIGN(const auto signing_key, base::crypto::ed25519_key(Secret(std::move(seed))));
  BASE_TRY_ASSIGN(const auto text, base::fs::read_file(payload, k_max_file));
  BASE_TRY_ASSIGN(const auto fields, base::data::parse_json(text));
  const auto signed_text = base::data::canonical(fields);
  const base::data::Json document{
      {"payload", base::crypto::base64_encode(signed_text)},
      {"signature",
       base::crypto::base64_encode(base::crypto::sign_ed25519(signing_key, signed_text))}};
  const auto file = base::data::pretty(document);
  auto checked = agent::license::read_license(file, signing_key.public_key);
  if (!checked) {
    return std::move(checked).error().with_context(payload.string());
  }
  return base::fs::write_atomically(output, file, 0644);
}

Result<std::string> show_license(const path& public_key, const path& license) {
  BASE_TRY_ASSIGN(const auto key, read_base64(public_key));
  BASE_TRY_ASSIGN(const auto file, base::fs::read_file(license, k_max_file));
  BASE_TRY_ASSIGN(const auto read, agent::license::read_license(file, key));
  auto text = fmt::format(
      "id        {}\nassignee  {}\nchannel   {}\n", read.id, read.assignee, read.channel);
  for (const auto& [name, value] : read.fields) {
    text += fmt::format("{} = {}\n", name, agent::license::field_text(read, name).value_or(""));
  }
  return text;
}

}  // namespace packaging::release
