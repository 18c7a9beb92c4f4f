#include "agent/base/archive/entry_path.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace base::archive::internal {
namespace {

// What the register may hold: 4 MiB are tens of thousands of links.
constexpr std::size_t k_max_link_bytes = std::size_t{4} << 20U;

// The part up to the next slash; `rest` moves behind it.
std::string_view next_component(std::string_view& rest) {
  const auto end = std::min(rest.find('/'), rest.size());
  const auto component = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return component;
}

Error refuse(std::string_view path, std::string_view why) {
  return Error{ErrorCode::invalid_input,
               fmt::format("the archive's entry '{:.200}' {}", path, why)};
}

Error too_long(std::string_view path, std::size_t max_bytes) {
  return Error{
      ErrorCode::too_large,
      fmt::format(
          "the archive's path '{:.80}…' has {} bytes, more than {}", path, path.size(), max_bytes)};
}

}  // namespace

Result<std::string> normal_path(std::string_view raw, std::size_t max_bytes) {
  if (raw.size() > max_bytes) {
    return too_long(raw, max_bytes);
  }
  if (raw.empty() || raw.front() == '/') {
    return refuse(raw, raw.empty() ? "has no name" : "has an absolute path");
  }
  std::string path;
  for (auto rest = raw; !rest.empty();) {
    const auto component = next_component(rest);
    if (component == "..") {
      return refuse(raw, "leads upwards by '..'");
    }
    if (!component.empty() && component != ".") {
      path += path.empty() ? "" : "/";
      path += component;
    }
  }
  return path.empty() ? std::string(".") : path;
}

Status check_link_target(std::string_view path, std::string_view target, std::size_t max_bytes) {
  if (target.size() > max_bytes) {
    return too_long(target, max_bytes);
  }
  if (target.empty() || target.front() == '/') {
    return refuse(path, fmt::format("links to '{:.200}', which is empty or absolute", target));
  }
  auto folders_above = std::count(path.begin(), path.end(), '/');
  bool named = false;
  for (auto rest = target; !rest.empty();) {
    const auto component = next_component(rest);
    if (component.empty() || component == ".") {
      continue;
    }
    if (component != "..") {
      named = true;
      continue;
    }
    // Behind a name ".." means the parent of wherever that name leads, which only the file system
    // knows if it is a link.
    if (named || --folders_above < 0) {
      return refuse(path, fmt::format("links to '{:.200}', out of the root", target));
    }
  }
  return ok();
}

Status LinkRegister::add(std::string path) {
  bytes_ += path.size();
  if (bytes_ > k_max_link_bytes) {
    return Error{ErrorCode::too_large, "the archive holds too many symbolic links"};
  }
  paths_.insert(std::move(path));
  return ok();
}

Status LinkRegister::check_behind_none(std::string_view path) const {
  if (paths_.empty()) {
    return ok();
  }
  for (auto end = path.find('/'); end != std::string_view::npos; end = path.find('/', end + 1)) {
    if (paths_.contains(path.substr(0, end))) {
      return refuse(path, "lies behind a symbolic link of the archive");
    }
  }
  return ok();
}

void LinkRegister::remove(std::string_view path) {
  if (const auto found = paths_.find(path); found != paths_.end()) {
    paths_.erase(found);
  }
}

}  // namespace base::archive::internal
