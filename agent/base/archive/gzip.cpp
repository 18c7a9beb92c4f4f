#include "agent/base/archive/gzip.hpp"

#include "agent/base/core/assert.hpp"

#include <libdeflate.h>

#include <memory>

namespace base::archive {
namespace {

struct FreesCompressor {
  void operator()(libdeflate_compressor* compressor) const {
    libdeflate_free_compressor(compressor);
  }
};

}  // namespace

std::optional<std::string> gzipped(std::string_view bytes, GzipEffort effort) {
  const std::unique_ptr<libdeflate_compressor, FreesCompressor> compressor(
      libdeflate_alloc_compressor(static_cast<int>(effort)));
  BASE_ASSERT(compressor != nullptr);
  std::string out(bytes.size(), '\0');
  const std::size_t size = libdeflate_gzip_compress(
      compressor.get(), bytes.data(), bytes.size(), out.data(), out.size());
  if (size == 0) {
    return std::nullopt;  // It did not fit into as many bytes as it came from.
  }
  out.resize(size);
  out.shrink_to_fit();
  return out;
}

}  // namespace base::archive
