#pragma once
// Answers as npm's clients read them: a JSON object with `error` and `message`.

#include "agent/base/core/error.hpp"
#include "agent/base/http/request.hpp"
#include "agent/base/http/response.hpp"

#include <string>
#include <string_view>

namespace registry::api {

// A path without the secret that is the last part of some.
std::string path_for_log(std::string_view path);

// What is said to whom there is no thread for, now.
base::Error busy();

// The status that an error is answered with: of its reason where that has one, else of its code.
int status_of(const base::Error& error);

base::http::Response json_answer(int status, std::string body);

// `{"error":…,"message":…,"code":…}` with the status of the error.
base::http::Response error_answer(const base::Error& error);
// The same, and what the registry itself could not do goes into the log.
base::http::Response failure_answer(const base::http::Request& request, const base::Error& error);
base::http::Response error_answer(int status, std::string_view message);

}  // namespace registry::api
