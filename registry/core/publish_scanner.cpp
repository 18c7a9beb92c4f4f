#include "registry/core/publish_scanner.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace registry::core {
namespace {

using base::Error;
using base::ErrorCode;

constexpr int k_max_depth = 200;
constexpr std::size_t k_flush_at = std::size_t{64} << 10U;
constexpr std::size_t k_max_key = 1024;

constexpr std::uint8_t k_not_base64 = 0xFF;

constexpr std::array<std::uint8_t, 256> decode_table() {
  std::array<std::uint8_t, 256> table{};
  table.fill(k_not_base64);
  std::uint8_t value = 0;
  for (const char c :
       std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")) {
    table[static_cast<unsigned char>(c)] = value++;
  }
  return table;
}

constexpr auto k_decode = decode_table();

Error malformed(std::string_view what) {
  return Error{ErrorCode::invalid_input, fmt::format("the body of the publish is {}", what)};
}

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

}  // namespace

base::Status PublishScanner::feed(std::string_view bytes) {
  std::size_t i = 0;
  while (i < bytes.size()) {
    switch (state_) {
      case State::between:
        BASE_TRY(structure(bytes[i++]));
        break;
      case State::in_string: {
        // Everything up to the closing quote is kept, in one piece.
        const std::size_t start = i;
        bool closed = false;
        while (i < bytes.size() && !closed) {
          const char c = bytes[i++];
          closed = c == '"' && !escaped_;
          escaped_ = c == '\\' && !escaped_;
        }
        BASE_TRY(keep(bytes.substr(start, i - start)));
        if (closed) {
          BASE_TRY(end_string());
        }
        break;
      }
      case State::in_data:
        BASE_TRY(data_byte(bytes[i++]));
        break;
    }
  }
  return flush_decoded();
}

base::Result<std::string> PublishScanner::finish() {
  if (state_ != State::between || depth_ != 0 || text_.empty()) {
    return malformed("cut short");
  }
  return std::move(text_);
}

base::Status PublishScanner::keep(std::string_view bytes) {
  if (text_.size() + bytes.size() > limits_.metadata) {
    return Error{
        ErrorCode::too_large,
        fmt::format("the document without its tarball is larger than {} bytes", limits_.metadata)};
  }
  text_ += bytes;
  return base::ok();
}

base::Status PublishScanner::structure(char c) {
  if (c == '"') {
    return start_string();
  }
  BASE_TRY(keep(std::string_view(&c, 1)));
  if (is_blank(c)) {
    return base::ok();
  }
  switch (c) {
    case '{':
    case '[':
      if (++depth_ > k_max_depth) {
        return malformed("nested too deeply");
      }
      if (depth_ < 4) {
        object_at_[depth_] = c == '{';
        keys_[depth_].clear();
      }
      expects_key_ = c == '{';
      break;
    case '}':
    case ']':
      if (--depth_ < 0) {
        return malformed("not balanced JSON");
      }
      expects_key_ = false;
      break;
    case ',':
      // Deeper than three levels it does not matter whether a string is a key.
      expects_key_ = depth_ > 0 && depth_ < 4 && object_at_[depth_];
      break;
    case ':':
      expects_key_ = false;
      after_colon_ = true;
      return base::ok();
    default:
      break;
  }
  after_colon_ = false;
  return base::ok();
}

bool PublishScanner::at_attachment_data() const {
  // A sigstore bundle travels beside the tarball as plain JSON text in a string.
  return depth_ == 3 && object_at_[1] && object_at_[2] && object_at_[3] && after_colon_ &&
         keys_[1] == "_attachments" && keys_[3] == "data" && !keys_[2].ends_with(".sigstore");
}

base::Status PublishScanner::start_string() {
  if (at_attachment_data()) {
    if (attachment_seen_) {
      return malformed("carrying two tarballs, and one version has one");
    }
    attachment_seen_ = true;
    state_ = State::in_data;
    BASE_TRY(keep("\"\""));
    return sink_->begin_attachment(keys_[2]);
  }
  state_ = State::in_string;
  is_key_ = expects_key_ && depth_ < 4;
  string_start_ = text_.size() + 1;
  return keep("\"");
}

base::Status PublishScanner::end_string() {
  state_ = State::between;
  escaped_ = false;
  after_colon_ = false;
  if (is_key_) {
    const std::string_view key(text_.data() + string_start_, text_.size() - string_start_ - 1);
    if (key.size() > k_max_key && depth_ == 2 && keys_[1] == "_attachments") {
      return malformed("naming an attachment with more than 1024 bytes");
    }
    keys_[depth_] = key.substr(0, k_max_key + 1);
    expects_key_ = false;
  }
  return base::ok();
}

// One byte inside the string of base64. JSON allows any of its characters to be escaped: `\/` is
// common, `\u002b` is legal.
base::Status PublishScanner::data_byte(char c) {
  if (!escape_.empty()) {
    escape_ += c;
    if (escape_.size() == 2 && c != 'u') {
      escape_.clear();
      if (c == 'n' || c == 'r' || c == 't') {
        return base::ok();  // A line break in the base64.
      }
      return data_character(c);
    }
    if (escape_.size() == 6) {
      unsigned code = 0;
      const char* const end = escape_.data() + escape_.size();
      const auto read = std::from_chars(escape_.data() + 2, end, code, 16);
      escape_.clear();
      if (read.ec != std::errc() || read.ptr != end || code > 0x7F) {
        return malformed("not base64 in its tarball");
      }
      return data_character(static_cast<char>(code));
    }
    return base::ok();
  }
  if (c == '"') {
    return end_data();
  }
  if (c == '\\') {
    escape_ = "\\";
    return base::ok();
  }
  return data_character(c);
}

base::Status PublishScanner::data_character(char c) {
  if (c == '=') {
    return ++padding_ <= 2 ? base::ok() : malformed("not base64 in its tarball");
  }
  const std::uint8_t value = k_decode[static_cast<unsigned char>(c)];
  if (value == k_not_base64 || padding_ > 0) {
    return malformed("not base64 in its tarball");
  }
  bits_ = (bits_ << 6U) | value;
  bit_count_ += 6;
  if (bit_count_ >= 8) {
    bit_count_ -= 8;
    decoded_bytes_ += static_cast<char>((bits_ >> static_cast<unsigned>(bit_count_)) & 0xFFU);
    if (decoded_bytes_.size() >= k_flush_at) {
      return flush_decoded();
    }
  }
  return base::ok();
}

base::Status PublishScanner::end_data() {
  // Padding may be missing; six bits left over are half a byte and so no base64.
  if (bit_count_ >= 6 || !escape_.empty()) {
    return malformed("not base64 in its tarball");
  }
  state_ = State::between;
  after_colon_ = false;
  return flush_decoded();
}

base::Status PublishScanner::flush_decoded() {
  if (decoded_bytes_.empty()) {
    return base::ok();
  }
  decoded_ += decoded_bytes_.size();
  if (decoded_ > limits_.attachment) {
    return Error{ErrorCode::too_large,
                 fmt::format("the tarball is larger than {} bytes", limits_.attachment)};
  }
  BASE_TRY(sink_->attachment_bytes(decoded_bytes_));
  decoded_bytes_.clear();
  return base::ok();
}

}  // namespace registry::core
