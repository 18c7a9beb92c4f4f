#include "installer/cli/progress.hpp"

#include "agent/base/core/clock.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "installer/cli/text_table.hpp"

namespace installer::cli {
namespace {

std::string text_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::string words_of(std::string kind) {
  std::ranges::replace(kind, '_', ' ');
  return kind;
}

std::string step_key(const Json& step) {
  return fmt::format("{}.{}", step.value("attempt", 0), step.value("index", 0));
}

double seconds_between(const Json& object) {
  const auto start = base::parse_time(text_at(object, "started_at"));
  const auto end = base::parse_time(text_at(object, "ended_at"));
  return start && end ? std::chrono::duration<double>(*end - *start).count() : 0;
}

std::string moved(const Json& step) {
  const auto found = step.find("progress");
  if (found == step.end() || !found->is_object()) {
    return {};
  }
  const auto current = found->value("current", 0.0);
  const auto& total = (*found)["total"];
  auto text = total.is_number()
                  ? fmt::format("  {} of {}", bytes_text(current), bytes_text(total.get<double>()))
              : current > 0 ? fmt::format("  {}", bytes_text(current))
                            : std::string{};
  if (const auto words = text_at(*found, "text"); !words.empty()) {
    text += "  " + printable(words);
  }
  return text;
}

}  // namespace

std::string step_text(const Json& step) {
  return printable(fmt::format("{} {}", words_of(text_at(step, "kind")), text_at(step, "subject")));
}

std::vector<std::string> Progress::changes(const Json& operation) {
  std::vector<std::string> lines;
  const auto state = text_at(operation, "state");
  if (state == "reverting" && state_ != state) {
    const auto& error = operation["error"];
    lines.push_back("turning back: " +
                    printable(error.is_object() ? text_at(error, "message") : "it was cancelled"));
  }
  state_ = state;
  const auto waiting = text_at(operation, "waiting");
  if (!waiting.empty() && waiting_ != waiting) {
    lines.push_back("waiting: " + printable(waiting));
  }
  waiting_ = waiting;
  for (const auto& step : operation["steps"]) {
    const auto step_state = text_at(step, "state");
    auto& known = known_[step_key(step)];
    if (known == step_state) {
      continue;
    }
    known = step_state;
    if (step_state == "done") {
      lines.push_back(
          fmt::format("  done    {}  {}", step_text(step), duration_text(seconds_between(step))));
    } else if (step_state == "failed") {
      lines.push_back(
          fmt::format("  failed  {}: {}", step_text(step), printable(text_at(step, "error"))));
    } else if (step_state == "intent" && kind_ == Kind::lines) {
      lines.push_back(
          fmt::format("  begin   {} ({})", step_text(step), printable(text_at(step, "reason"))));
    }
  }
  return lines;
}

std::vector<std::string> Progress::under_way(const Json& operation) const {
  std::vector<std::string> lines;
  std::size_t pending = 0;
  for (const auto& step : operation["steps"]) {
    const auto state = text_at(step, "state");
    if (state == "intent") {
      lines.push_back(fitted(fmt::format("  ...     {}{}", step_text(step), moved(step))));
    } else if (state == "pending") {
      ++pending;
    }
  }
  if (pending > 0) {
    lines.push_back(fitted(fmt::format("          {} more to do", pending)));
  }
  return lines;
}

// A line that wraps could not be drawn over.
std::string Progress::fitted(std::string line) const {
  if (columns_ > 1 && line.size() >= columns_) {
    line.resize(columns_ - 1);
    while (!line.empty() && (static_cast<unsigned char>(line.back()) & 0x80U) != 0) {
      line.pop_back();  // Half a character.
    }
  }
  return line;
}

std::string Progress::clear() {
  if (drawn_ == 0) {
    return {};
  }
  auto text = fmt::format("\x1b[{}A\r\x1b[J", drawn_);
  drawn_ = 0;
  return text;
}

std::string Progress::update(const Json& operation) {
  auto text = clear();
  for (const auto& line : changes(operation)) {
    text += line + "\n";
  }
  if (kind_ == Kind::terminal) {
    const auto lines = under_way(operation);
    for (const auto& line : lines) {
      text += line + "\n";
    }
    drawn_ = lines.size();
  }
  return text;
}

std::string verdict_text(const Json& operation) {
  const auto state = text_at(operation, "state");
  const auto took = duration_text(seconds_between(operation));
  if (state == "succeeded") {
    return fmt::format("operation {} succeeded in {}", operation.value("id", 0), took);
  }
  return fmt::format("operation {} {} after {}",
                     operation.value("id", 0),
                     state == "reverted" ? "failed and was reverted" : state,
                     took);
}

std::string plan_text(const Json& plan) {
  if (plan.value("empty", false)) {
    return "nothing to do: everything is as it should be\n";
  }
  std::vector<std::vector<std::string>> rows;
  for (const auto& step : plan["steps"]) {
    rows.push_back({"  " + words_of(text_at(step, "kind")),
                    printable(text_at(step, "subject")),
                    printable(text_at(step, "reason"))});
  }
  auto text = fmt::format("plan for {}{}: {} steps",
                          text_at(plan, "app"),
                          text_at(plan, "version").empty() ? "" : " " + text_at(plan, "version"),
                          rows.size());
  if (const auto downtime = text_at(plan, "downtime"); downtime != "none") {
    text += fmt::format(", users notice: {}", downtime);
  }
  return text + "\n" + text_table(rows);
}

}  // namespace installer::cli
