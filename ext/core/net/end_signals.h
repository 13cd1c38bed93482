// The handler of signals that ask the process to end. libuv's own, which it calls, only tells the
// loop, and a loop that is busy with code of others may not hear of it for long, or never. While it
// is, the first such signal is told at once, from within the handler, and the second ends the
// process. State of the process, as handlers are: set up by the loop's thread, read wherever a
// signal arrives.
#pragma once

#include <csignal>

namespace reverb {

class EndSignals {
  public:
    // Called within a handler of signals: may do next to nothing.
    using Told = void (*)(void* context) noexcept;

    // The action that has to stand in place of the one that libuv has put, where `before` stood
    // before. What comes from now on counts.
    [[nodiscard]] static struct sigaction in_front_of(const struct sigaction& libuv,
                                                      const struct sigaction& before) noexcept;

    // As long as it lives, the loop is busy. May be nested.
    class Busy {
      public:
        Busy(Told told, void* context) noexcept;
        ~Busy();
        Busy(const Busy&) = delete;
        Busy& operator=(const Busy&) = delete;

      private:
        friend class EndSignals;

        Told told_;
        void* context_;
        Busy* outer_;
    };

    // In a child that such code forked: its signals are its own.
    static void forget_busy() noexcept;

  private:
    static void handle(int number);
};

}  // namespace reverb
