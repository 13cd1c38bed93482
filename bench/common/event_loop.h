// One epoll descriptor and whoever waits on it. Owned by main(), one thread. It owns none of the
// Pollables: each takes its descriptor out by closing it, and only from its own on_ready() or
// between two turns, so that no event of a turn meets an object that is gone.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <chrono>
#include <cstdint>

#include "common/fd.h"

namespace reverb::bench {

class Pollable {
  public:
    virtual void on_ready(std::uint32_t events) = 0;

  protected:
    ~Pollable() = default;
};

class EventLoop {
  public:
    EventLoop();

    void add(int fd, std::uint32_t events, Pollable& pollable);
    void modify(int fd, std::uint32_t events, Pollable& pollable);
    // Waits for events, `timeout` at most (negative: without end), and hands each to its Pollable.
    void turn(std::chrono::milliseconds timeout);

  private:
    Fd epoll_;
    std::array<epoll_event, 1024> events_{};
};

}  // namespace reverb::bench
