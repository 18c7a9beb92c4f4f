#include "agent/manifest/template_time_layout.hpp"

#include <array>

namespace agent::manifest {
namespace {

struct Word {
  std::string_view text;
  TimePart part;
};

// A longer one before the one that it begins with.
constexpr std::array<Word, 33> k_words = {{{"January", TimePart::long_month},
                                           {"Jan", TimePart::month},
                                           {"Monday", TimePart::long_week_day},
                                           {"Mon", TimePart::week_day},
                                           {"MST", TimePart::zone_name},
                                           {"002", TimePart::zero_year_day},
                                           {"01", TimePart::zero_month},
                                           {"02", TimePart::zero_day},
                                           {"03", TimePart::zero_hour_12},
                                           {"04", TimePart::zero_minute},
                                           {"05", TimePart::zero_second},
                                           {"06", TimePart::year},
                                           {"15", TimePart::hour},
                                           {"1", TimePart::number_month},
                                           {"2006", TimePart::long_year},
                                           {"2", TimePart::day},
                                           {"__2", TimePart::blank_year_day},
                                           {"_2", TimePart::blank_day},
                                           {"3", TimePart::hour_12},
                                           {"4", TimePart::minute},
                                           {"5", TimePart::second},
                                           {"PM", TimePart::upper_pm},
                                           {"pm", TimePart::lower_pm},
                                           {"-070000", TimePart::offset},
                                           {"-07:00:00", TimePart::offset},
                                           {"-0700", TimePart::offset},
                                           {"-07:00", TimePart::offset},
                                           {"-07", TimePart::offset},
                                           {"Z070000", TimePart::z_offset},
                                           {"Z07:00:00", TimePart::z_offset},
                                           {"Z0700", TimePart::z_offset},
                                           {"Z07:00", TimePart::z_offset},
                                           {"Z07", TimePart::z_offset}}};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// `.000`, `.999` or with a comma, not followed by another digit.
std::size_t fraction_length(std::string_view text) {
  if (text.size() < 2 || (text[0] != '.' && text[0] != ',') || (text[1] != '0' && text[1] != '9')) {
    return 0;
  }
  std::size_t length = 1;
  while (length < text.size() && text[length] == text[1]) {
    ++length;
  }
  return length < text.size() && is_digit(text[length]) ? 0 : length;
}

LayoutPart part_at(std::string_view text) {
  // Text such as `Janet` is no month, and `_2006` is a blank and a year.
  const bool name_goes_on = text.size() > 3 && text.starts_with("Jan") &&
                            !text.starts_with("January") && text[3] >= 'a' && text[3] <= 'z';
  if (text.starts_with("_2006") || name_goes_on) {
    return {};
  }
  for (const auto& word : k_words) {
    if (text.starts_with(word.text)) {
      return {{}, word.part, text.substr(0, word.text.size())};
    }
  }
  const std::size_t fraction = fraction_length(text);
  return fraction > 0 ? LayoutPart{{}, TimePart::fraction, text.substr(0, fraction)} : LayoutPart{};
}

}  // namespace

LayoutPart next_part(std::string_view& layout) {
  for (std::size_t i = 0; i < layout.size(); ++i) {
    auto part = part_at(layout.substr(i));
    if (part.part != TimePart::none) {
      part.before = layout.substr(0, i);
      layout.remove_prefix(i + part.text.size());
      return part;
    }
  }
  const LayoutPart rest{layout, TimePart::none, {}};
  layout = {};
  return rest;
}

}  // namespace agent::manifest
