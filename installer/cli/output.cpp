#include "installer/cli/output.hpp"

#include <nlohmann/json.hpp>

#include <iostream>

namespace installer::cli {

void Output::result(const base::data::Json& json, std::string_view text) const {
  if (format_ == Format::json) {
    std::cout << base::data::pretty(json);
  } else {
    std::cout << text;
  }
  std::cout.flush();
}

void Output::line(std::string_view text) {
  std::cout << text << '\n';
  std::cout.flush();
}

void Output::raw(std::string_view bytes) {
  std::cout << bytes;
  std::cout.flush();
}

void Output::note(std::string_view text) const {
  if (format_ == Format::text) {
    std::cerr << text << '\n';
  }
}

std::string error_text(const base::Error& error) {
  std::string text = "error: " + error.message + "\n";
  if (!error.hint.empty()) {
    text += "  " + error.hint + "\n";
  }
  return text;
}

ExitCode Output::fail(const base::Error& error) const {
  if (format_ == Format::json) {
    std::cout << base::data::pretty({{"error",
                                      {{"code", base::name_of(error.code)},
                                       {"reason", error.reason},
                                       {"message", error.message},
                                       {"hint", error.hint}}}});
    std::cout.flush();
  } else {
    std::cerr << error_text(error);
  }
  return exit_code_of(error);
}

}  // namespace installer::cli
