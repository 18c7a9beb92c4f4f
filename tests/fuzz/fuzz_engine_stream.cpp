// What the engine streams, cut anywhere, gives the same as in one piece. The input's first byte is
// the length of the pieces.

#include "agent/docker/frames.hpp"
#include "agent/docker/json_splitter.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

namespace {

using agent::docker::FramePart;
using agent::docker::FrameReader;
using agent::docker::JsonSplitter;
using agent::docker::OutputStream;

template <typename Feed>
bool in_pieces(std::string_view text, std::size_t piece, const Feed& feed) {
  while (!text.empty()) {
    if (!feed(text.substr(0, piece))) {
      return false;
    }
    text.remove_prefix(std::min(piece, text.size()));
  }
  return true;
}

std::string frames(std::string_view text, std::size_t piece) {
  FrameReader reader;
  std::map<OutputStream, std::string> seen;
  const bool whole = in_pieces(text, piece, [&](std::string_view bytes) {
    return reader
        .feed(bytes,
              [&](OutputStream stream, std::string_view part, FramePart) {
                seen[stream] += part;
                return true;
              })
        .has_value();
  });
  std::string all = whole && reader.finish() ? "whole" : "broken";
  for (const auto& [stream, bytes] : seen) {
    all += '\0' + bytes;
  }
  return all;
}

std::string objects(std::string_view text, std::size_t piece) {
  JsonSplitter splitter;
  std::string seen;
  const bool whole = in_pieces(text, piece, [&](std::string_view bytes) {
    return splitter
        .feed(bytes,
              [&](std::string_view object) {
                seen += std::string(object) + '\n';
                return true;
              })
        .has_value();
  });
  return seen + (whole && !splitter.within_object() ? "whole" : "broken");
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) {
    return 0;
  }
  const std::size_t piece = std::size_t{1} + data[0];
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (frames(text, piece) != frames(text, text.size()) ||
      objects(text, piece) != objects(text, text.size())) {
    std::abort();
  }
  return 0;
}
