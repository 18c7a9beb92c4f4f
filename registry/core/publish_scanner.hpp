#pragma once
// Reads the body of `PUT /PACKAGE` as it arrives. The tarball in it is base64 inside one JSON
// string and may be hundreds of megabytes, so no JSON library may hold it: the scanner decodes the
// string into a sink, piece by piece, and keeps the rest of the JSON as text. Memory is constant
// but for that rest, which is capped.

#include "agent/base/core/result.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace registry::core {

// Where the decoded tarball goes.
class AttachmentSink {
 public:
  virtual ~AttachmentSink() = default;
  // The attachment's key, "@s/n-1.0.0.tgz" in most clients, anything in others: never a path.
  virtual base::Status begin_attachment(std::string_view key) = 0;
  virtual base::Status attachment_bytes(std::string_view bytes) = 0;
};

class PublishScanner {
 public:
  struct Limits {
    std::size_t metadata = std::size_t{64} << 20U;         // Bytes of JSON without attachment data.
    std::uint64_t attachment = std::uint64_t{512} << 20U;  // Decoded bytes.
  };

  PublishScanner(AttachmentSink& sink, Limits limits) : sink_(&sink), limits_(limits) {}

  // Takes the next piece of the body, cut anywhere. After an error the scanner is of no more use.
  // Errors: invalid_input (malformed JSON structure or base64, a second tarball), too_large, and
  // what the sink returns.
  base::Status feed(std::string_view bytes);

  // The body is complete: its JSON, with the decoded attachment's data replaced by "". The text is
  // balanced but else unchecked; see validate_json(). Errors: invalid_input when the body ended
  // early.
  base::Result<std::string> finish();

  // Bytes of JSON that are held by now.
  [[nodiscard]] std::size_t metadata_size() const { return text_.size(); }
  [[nodiscard]] bool has_attachment() const { return attachment_seen_; }
  [[nodiscard]] std::uint64_t attachment_size() const { return decoded_; }

 private:
  enum class State { between, in_string, in_data };

  base::Status structure(char c);
  base::Status end_string();
  base::Status data_byte(char c);
  base::Status data_character(char c);
  base::Status end_data();
  base::Status flush_decoded();
  base::Status keep(std::string_view bytes);
  [[nodiscard]] bool at_attachment_data() const;
  base::Status start_string();

  AttachmentSink* sink_;
  Limits limits_;
  State state_ = State::between;
  std::string text_;

  // Where we are: nesting, and the key last read on each of the first three levels.
  int depth_ = 0;
  bool object_at_[4] = {};  // NOLINT(modernize-avoid-c-arrays)
  bool expects_key_ = false;
  bool after_colon_ = false;
  bool is_key_ = false;
  bool escaped_ = false;
  std::size_t string_start_ = 0;
  std::string keys_[4];  // NOLINT(modernize-avoid-c-arrays)

  // The base64 decoder.
  bool attachment_seen_ = false;
  std::string escape_;  // A JSON escape under way: "\", "\u002".
  std::uint32_t bits_ = 0;
  int bit_count_ = 0;
  int padding_ = 0;
  std::string decoded_bytes_;
  std::uint64_t decoded_ = 0;
};

}  // namespace registry::core
