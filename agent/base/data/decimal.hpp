#pragma once

#include <cstddef>
#include <memory>
#include <optional>

namespace base::data {

// A number in decimal digits, exact: 0.1 + 0.2 is 0.3. Digits grow with multiplication; whoever
// multiplies what comes from outside looks at `digits`.
class Decimal {
 public:
  // The shortest number that reads as that double. Contract: it is finite.
  explicit Decimal(double value);
  Decimal(Decimal&& other) noexcept;
  Decimal& operator=(Decimal&& other) noexcept;
  Decimal(const Decimal&) = delete;
  Decimal& operator=(const Decimal&) = delete;
  ~Decimal();

  void add(const Decimal& other);
  void subtract(const Decimal& other);
  void multiply(const Decimal& other);
  // To 16 digits after the point, halves away from zero. Contract: not by zero.
  void divide(const Decimal& other);

  [[nodiscard]] bool is_zero() const;
  // How many it takes to write the number without an exponent, at most.
  [[nodiscard]] std::size_t digits() const;
  [[nodiscard]] double to_double() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace base::data
