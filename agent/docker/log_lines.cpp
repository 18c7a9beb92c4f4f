#include "agent/docker/log_lines.hpp"

#include <algorithm>
#include <utility>

namespace agent::docker {
namespace {

// "2026-11-24T04:27:00.123456789+01:00" is 35.
constexpr std::size_t k_longest_stamp = 40;

bool is_stamp(std::string_view text) {
  return text.size() >= 20 && text[4] == '-' && text[10] == 'T';
}

}  // namespace

LogLines::LogLines(std::size_t max_line, OnLine on_line)
    : max_line_(max_line), on_line_(std::move(on_line)) {
  pending_[0].line.stream = OutputStream::out;
  pending_[1].line.stream = OutputStream::err;
}

bool LogLines::add_frame(OutputStream stream, std::string_view bytes, FramePart part) {
  auto& pending = pending_[stream == OutputStream::out ? 0 : 1];
  if (part == FramePart::first) {
    pending.in_stamp = true;
    pending.stamp.clear();
  }
  return add(pending, bytes, /*stamp_each_line=*/false);
}

bool LogLines::add_raw(std::string_view bytes) {
  auto& pending = pending_[0];
  if (!pending.begun && !pending.in_stamp) {
    pending.in_stamp = true;
    pending.stamp.clear();
  }
  return add(pending, bytes, /*stamp_each_line=*/true);
}

bool LogLines::finish() {
  return std::all_of(pending_.begin(), pending_.end(), [this](Pending& pending) {
    return !pending.begun || give(pending);
  });
}

bool LogLines::add(Pending& pending, std::string_view bytes, bool stamp_each_line) {
  while (!bytes.empty()) {
    if (pending.in_stamp) {
      take_stamp(pending, bytes);
      continue;
    }
    const auto end = bytes.find('\n');
    append(pending, bytes.substr(0, end));
    if (end == std::string_view::npos) {
      return true;
    }
    bytes.remove_prefix(end + 1);
    if (!give(pending)) {
      return false;
    }
    pending.in_stamp = stamp_each_line;
  }
  return true;
}

// Whatever turns out not to be a timestamp belongs to the line.
void LogLines::take_stamp(Pending& pending, std::string_view& bytes) {
  const auto end = bytes.find_first_of(" \n");
  const auto taken = bytes.substr(0, std::min(end, k_longest_stamp));
  pending.stamp.append(taken);
  bytes.remove_prefix(taken.size());
  const bool complete = !bytes.empty() || pending.stamp.size() >= k_longest_stamp;
  if (!complete) {
    return;
  }
  pending.in_stamp = false;
  if (!is_stamp(pending.stamp)) {
    append(pending, pending.stamp);
  } else {
    if (!bytes.empty() && bytes.front() == ' ') {
      bytes.remove_prefix(1);
    }
    if (!pending.begun) {
      pending.line.timestamp = pending.stamp;
      pending.begun = true;
    }
  }
  pending.stamp.clear();
}

void LogLines::append(Pending& pending, std::string_view text) const {
  auto& line = pending.line;
  pending.begun = true;
  const auto room = max_line_ - std::min(max_line_, line.text.size());
  line.truncated = line.truncated || text.size() > room;
  line.text.append(text.substr(0, room));
}

bool LogLines::give(Pending& pending) {
  auto& line = pending.line;
  if (!line.text.empty() && line.text.back() == '\r') {
    line.text.pop_back();
  }
  const bool more = on_line_(line);
  line.text.clear();
  line.truncated = false;
  pending.begun = false;
  return more;
}

}  // namespace agent::docker
