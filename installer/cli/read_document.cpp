#include "agent/base/fs/files.hpp"

#include <unistd.h>

#include <array>

#include "installer/cli/verbs.hpp"

namespace installer::cli {
namespace {

using base::Error;
using base::ErrorCode;

constexpr std::size_t k_largest_document = std::size_t{4} << 20U;

base::Result<std::string> read_standard_input() {
  std::string text;
  std::array<char, 65536> buffer{};
  for (;;) {
    const ssize_t count = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (count < 0) {
      return Error{ErrorCode::io, "could not read standard input"};
    }
    if (count == 0) {
      return text;
    }
    text.append(buffer.data(), static_cast<std::size_t>(count));
    if (text.size() > k_largest_document) {
      return Error{ErrorCode::too_large, "standard input is larger than a manifest may be"};
    }
  }
}

}  // namespace

base::Result<std::string> read_document(const std::string& file) {
  return file == "-" ? read_standard_input() : base::fs::read_file(file, k_largest_document);
}

}  // namespace installer::cli
