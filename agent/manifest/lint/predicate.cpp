#include "agent/manifest/lint/predicate.hpp"

#include "agent/manifest/lint/versions.hpp"
#include "agent/manifest/patterns.hpp"

#include <fmt/format.h>

#include <cmath>

namespace agent::manifest::lint {
namespace {

// A test of the value at one path, which is reported whether it matches or not.
template <typename Test>
Predicate at_path(std::string path, Test test) {
  auto steps = steps_of(path);
  return [steps = std::move(steps), path = std::move(path), test](const Value& value) {
    return Match{test(value_at(value, steps)), std::vector{path}};
  };
}

// The same, which says nothing about paths when it does not match.
template <typename Test>
Predicate at_path_if(std::string path, Test test) {
  auto steps = steps_of(path);
  return [steps = std::move(steps), path = std::move(path), test](const Value& value) {
    return test(value_at(value, steps)) ? Match{true, std::vector{path}} : Match{};
  };
}

}  // namespace

Predicate all_of(std::vector<Predicate> predicates) {
  return [predicates = std::move(predicates)](const Value& value) {
    std::vector<std::string> paths;
    for (const auto& predicate : predicates) {
      auto match = predicate(value);
      if (!match.matched) {
        return Match{false, std::nullopt, match.broken};
      }
      if (match.paths) {
        paths.insert(paths.end(), match.paths->begin(), match.paths->end());
      }
    }
    return Match{true, std::move(paths)};
  };
}

Predicate first_of(std::vector<Predicate> predicates) {
  return [predicates = std::move(predicates)](const Value& value) {
    for (const auto& predicate : predicates) {
      auto match = predicate(value);
      if (match.matched || match.broken) {
        return match;
      }
    }
    return Match{};
  };
}

Predicate negation(Predicate predicate) {
  return [predicate = std::move(predicate)](const Value& value) {
    auto match = predicate(value);
    if (!match.matched && !match.paths) {
      match.paths = std::vector<std::string>{""};
    }
    match.matched = !match.matched;
    return match;
  };
}

Predicate some(std::string path, Predicate item) {
  auto steps = steps_of(path);
  return [steps = std::move(steps), path = std::move(path), item = std::move(item)](
             const Value& value) {
    const auto& list = value_at(value, steps);
    if (!list.is_array()) {
      return Match{};
    }
    std::vector<std::string> paths;
    for (std::size_t i = 0; i < list.items.size(); ++i) {
      auto match = item(*list.items[i]);
      if (match.broken) {
        return match;
      }
      if (match.matched && match.paths) {
        for (const auto& inner : *match.paths) {
          paths.push_back(fmt::format("{}.{}.{}", path, i, inner));
        }
      }
    }
    const bool matched = !paths.empty();
    return Match{matched, std::move(paths)};
  };
}

Predicate inside(std::string path, Predicate predicate) {
  auto steps = steps_of(path);
  return [steps = std::move(steps), path = std::move(path), predicate = std::move(predicate)](
             const Value& value) {
    auto match = predicate(value_at(value, steps));
    if (!match.matched) {
      return Match{false, std::nullopt, match.broken};
    }
    std::vector<std::string> paths;
    for (const auto& inner : match.paths.value_or(std::vector<std::string>{})) {
      paths.push_back(fmt::format("{}.{}", path, inner));
    }
    return Match{true, std::move(paths)};
  };
}

Predicate exists(std::string path) {
  auto steps = steps_of(path);
  return [steps = std::move(steps), path = std::move(path)](const Value& value) {
    return Match{has_path(value, steps), std::vector{path}};
  };
}

Predicate truthy(std::string path) {
  return at_path(std::move(path), [](const Value& value) { return value.truthy(); });
}

Predicate falsy(std::string path) {
  return at_path(std::move(path), [](const Value& value) { return !value.truthy(); });
}

Predicate is_empty(std::string path) {
  return at_path(std::move(path), [](const Value& value) { return value.empty(); });
}

Predicate equals_number(std::string path, double number) {
  return at_path(std::move(path), [number](const Value& value) {
    return value.is_number() && value.number == number;
  });
}

Predicate equals_text(std::string path, std::string text) {
  return at_path(std::move(path),
                 [text = std::move(text)](const Value& value) { return value.is_text(text); });
}

Predicate differs_from(std::string path, std::string text) {
  return at_path(std::move(path),
                 [text = std::move(text)](const Value& value) { return !value.is_text(text); });
}

Predicate greater(std::string path, double limit) {
  return at_path(std::move(path), [limit](const Value& value) {
    return !value.is_number() || value.number > limit;
  });
}

Predicate less(std::string path, double limit) {
  return at_path(std::move(path), [limit](const Value& value) {
    return !value.is_number() || value.number < limit;
  });
}

Predicate matches(std::string path, Pattern pattern) {
  return at_path(std::move(path), [pattern](const Value& value) { return pattern(value.text()); });
}

Predicate lacks(std::string path, Pattern pattern) {
  return at_path(std::move(path), [pattern](const Value& value) { return !pattern(value.text()); });
}

Predicate is_no(std::string path, Pattern pattern) {
  return at_path_if(std::move(path), [pattern](const Value& value) {
    return !value.is_string() || !pattern(value.string);
  });
}

Predicate is_no_bool_text(std::string path) {
  return at_path_if(std::move(path), [](const Value& value) {
    return value.kind != Value::Kind::boolean &&
           !(value.is_string() && patterns::bool_or_template(value.string));
  });
}

Predicate is_no_unsigned(std::string path) {
  return at_path_if(std::move(path), [](const Value& value) {
    const bool whole = value.is_number() && value.number >= 0 && std::isfinite(value.number) &&
                       std::fmod(value.number, 1) == 0;
    return !whole && !(value.is_string() && patterns::unsigned_or_template(value.string));
  });
}

Predicate is_no_quantity(std::string path) {
  return at_path_if(std::move(path), [](const Value& value) {
    return !(value.is_number() && value.number >= 0) &&
           !(value.is_string() && patterns::quantity(value.string));
  });
}

Predicate is_no_url(std::string path) {
  return at_path_if(std::move(path), [](const Value& value) {
    return !value.is_string() || !patterns::web_address(value.string);
  });
}

Predicate is_no_version(std::string path) {
  auto steps = steps_of(path);
  return [steps = std::move(steps), path = std::move(path)](const Value& root) {
    const auto& value = value_at(root, steps);
    if (!value.truthy()) {
      return Match{true, std::vector<std::string>{}};
    }
    return value.is_string() && is_version(value.string) ? Match{} : Match{true, std::vector{path}};
  };
}

Predicate is_no_range(std::string path) {
  return at_path_if(std::move(path), [](const Value& value) {
    return value.truthy() && !is_version_range(value.text());
  });
}

Predicate more_than_one_of(std::vector<std::string> texts) {
  return [texts = std::move(texts)](const Value& list) {
    std::vector<std::string> found;
    for (const auto& text : texts) {
      for (const auto& [index, item] : list.entries()) {
        if (item->is_text(text)) {
          found.push_back(index);
        }
      }
    }
    return found.size() > 1 ? Match{true, std::move(found)} : Match{};
  };
}

}  // namespace agent::manifest::lint
