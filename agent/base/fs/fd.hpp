#pragma once

namespace base {

// An owned file descriptor: closed when the owner goes away, moved but never copied.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int number) noexcept : number_(number) {}
  Fd(Fd&& other) noexcept : number_(other.release()) {}
  Fd& operator=(Fd&& other) noexcept;
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() { reset(); }

  [[nodiscard]] int get() const noexcept { return number_; }
  [[nodiscard]] bool valid() const noexcept { return number_ >= 0; }
  // Gives ownership up; -1 when there was none.
  int release() noexcept;
  // A failed close is not reported: after write data is made durable by fsync, never by close.
  void reset() noexcept;

 private:
  int number_ = -1;
};

}  // namespace base
