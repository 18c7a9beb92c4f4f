#include "registry/api/gzip.hpp"

#include "agent/base/core/assert.hpp"

#include <libdeflate.h>

#include <memory>

namespace registry::api {
namespace {

constexpr int k_level = 6;

struct FreesCompressor {
  void operator()(libdeflate_compressor* compressor) const {
    libdeflate_free_compressor(compressor);
  }
};

}  // namespace

std::optional<std::string> gzipped(std::string_view text) {
  const std::unique_ptr<libdeflate_compressor, FreesCompressor> compressor(
      libdeflate_alloc_compressor(k_level));
  BASE_ASSERT(compressor != nullptr);
  std::string out(text.size(), '\0');
  const std::size_t size =
      libdeflate_gzip_compress(compressor.get(), text.data(), text.size(), out.data(), out.size());
  if (size == 0) {
    return std::nullopt;  // It did not fit into as many bytes as it came from.
  }
  out.resize(size);
  out.shrink_to_fit();
  return out;
}

}  // namespace registry::api
