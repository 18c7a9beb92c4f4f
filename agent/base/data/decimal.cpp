#include "agent/base/data/decimal.hpp"

#include "agent/base/core/assert.hpp"

#include <boost/multiprecision/cpp_int.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>

namespace base::data {
namespace {

using boost::multiprecision::cpp_int;

constexpr int k_division_digits = 16;

cpp_int power_of_ten(int exponent) {
  return boost::multiprecision::pow(cpp_int(10), static_cast<unsigned>(exponent));
}

}  // namespace

// mantissa * 10^exponent
struct Decimal::Impl {
  cpp_int mantissa;
  int exponent = 0;

  void scale_to(int smaller) {
    mantissa *= power_of_ten(exponent - smaller);
    exponent = smaller;
  }
};

Decimal::Decimal(double value) : impl_(std::make_unique<Impl>()) {
  BASE_ASSERT(std::isfinite(value));
  std::array<char, 64> buffer{};
  const auto done = std::to_chars(
      buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific);
  const std::string_view text(buffer.data(), static_cast<std::size_t>(done.ptr - buffer.data()));
  const auto mark = text.find('e');
  for (const char c : text.substr(0, mark)) {
    if (c >= '0' && c <= '9') {
      impl_->mantissa = impl_->mantissa * 10 + (c - '0');
      --impl_->exponent;
    }
  }
  if (value < 0) {
    impl_->mantissa = -impl_->mantissa;
  }
  auto exponent = text.substr(mark + 1);
  exponent.remove_prefix(exponent.starts_with('+') ? 1 : 0);
  int given = 0;
  std::from_chars(exponent.data(), exponent.data() + exponent.size(), given);
  impl_->exponent += given + 1;  // The point stands after the first digit.
}

Decimal::Decimal(Decimal&& other) noexcept = default;
Decimal& Decimal::operator=(Decimal&& other) noexcept = default;
Decimal::~Decimal() = default;

void Decimal::add(const Decimal& other) {
  auto right = *other.impl_;
  const int exponent = std::min(impl_->exponent, right.exponent);
  impl_->scale_to(exponent);
  right.scale_to(exponent);
  impl_->mantissa += right.mantissa;
}

void Decimal::subtract(const Decimal& other) {
  Decimal negative(0.0);
  *negative.impl_ = {-other.impl_->mantissa, other.impl_->exponent};
  add(negative);
}

void Decimal::multiply(const Decimal& other) {
  impl_->mantissa *= other.impl_->mantissa;
  impl_->exponent += other.impl_->exponent;
}

void Decimal::divide(const Decimal& other) {
  BASE_ASSERT(!other.is_zero());
  auto divisor = *other.impl_;
  // mantissa * 10^shift / divisor has as many digits after the point as are wanted.
  const int shift = impl_->exponent - divisor.exponent + k_division_digits;
  auto dividend = impl_->mantissa;
  if (shift >= 0) {
    dividend *= power_of_ten(shift);
  } else {
    divisor.mantissa *= power_of_ten(-shift);
  }
  cpp_int quotient;
  cpp_int remainder;
  divide_qr(dividend, divisor.mantissa, quotient, remainder);
  if (abs(remainder) * 2 >= abs(divisor.mantissa)) {
    quotient += (dividend < 0) == (divisor.mantissa < 0) ? 1 : -1;
  }
  *impl_ = {quotient, -k_division_digits};
}

bool Decimal::is_zero() const {
  return impl_->mantissa == 0;
}

std::size_t Decimal::digits() const {
  const auto bits = is_zero() ? 1U : msb(abs(impl_->mantissa)) + 1;
  return bits / 3 + 1 + static_cast<std::size_t>(std::abs(impl_->exponent));
}

double Decimal::to_double() const {
  const auto text = impl_->mantissa.str() + "e" + std::to_string(impl_->exponent);
  double value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc::result_out_of_range) {
    return value;
  }
  const bool small = impl_->exponent < 0;
  const double magnitude = small ? 0 : std::numeric_limits<double>::infinity();
  return impl_->mantissa < 0 ? -magnitude : magnitude;
}

}  // namespace base::data
