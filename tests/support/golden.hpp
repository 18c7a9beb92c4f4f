#pragma once
// Files that record what a program gives, whole.

#include "tests/support/corpus.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace tests {

// With ACCEPT=1 in the environment the file is written anew; the difference is for review.
inline void check_golden(const std::string& text, const std::filesystem::path& file) {
  if (std::getenv("ACCEPT") != nullptr) {  // NOLINT(concurrency-mt-unsafe)
    std::ofstream(file, std::ios::binary) << text;
  }
  CAPTURE(file.string());
  CHECK(text == file_text(file));
}

}  // namespace tests
