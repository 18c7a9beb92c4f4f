#include "agent/console/gzip.hpp"

#include <libdeflate.h>

#include <memory>

namespace agent::console {
namespace {

constexpr int k_level = 9;

struct Free {
  void operator()(libdeflate_compressor* compressor) const noexcept {
    libdeflate_free_compressor(compressor);
  }
};

}  // namespace

std::string gzip(std::string_view bytes) {
  const std::unique_ptr<libdeflate_compressor, Free> compressor(
      libdeflate_alloc_compressor(k_level));
  if (compressor == nullptr) {
    return {};
  }
  std::string packed(libdeflate_gzip_compress_bound(compressor.get(), bytes.size()), '\0');
  packed.resize(libdeflate_gzip_compress(
      compressor.get(), bytes.data(), bytes.size(), packed.data(), packed.size()));
  packed.shrink_to_fit();
  return packed;
}

}  // namespace agent::console
