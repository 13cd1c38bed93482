#include "common/event_loop.h"

#include <cerrno>
#include <system_error>

namespace reverb::bench {

namespace {

void control(int epoll, int operation, int fd, std::uint32_t events, Pollable& pollable) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = &pollable;
    if (::epoll_ctl(epoll, operation, fd, &event) != 0) {
        throw std::system_error(errno, std::generic_category(), "epoll_ctl");
    }
}

}  // namespace

EventLoop::EventLoop() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    if (!epoll_.open()) {
        throw std::system_error(errno, std::generic_category(), "epoll_create1");
    }
}

void EventLoop::add(int fd, std::uint32_t events, Pollable& pollable) {
    control(epoll_.get(), EPOLL_CTL_ADD, fd, events, pollable);
}

void EventLoop::modify(int fd, std::uint32_t events, Pollable& pollable) {
    control(epoll_.get(), EPOLL_CTL_MOD, fd, events, pollable);
}

void EventLoop::turn(std::chrono::milliseconds timeout) {
    const int count = ::epoll_wait(epoll_.get(), events_.data(), static_cast<int>(events_.size()),
                                   static_cast<int>(timeout.count()));
    if (count < 0 && errno != EINTR) {
        throw std::system_error(errno, std::generic_category(), "epoll_wait");
    }
    for (int i = 0; i < count; ++i) {
        static_cast<Pollable*>(events_[i].data.ptr)->on_ready(events_[i].events);
    }
}

}  // namespace reverb::bench
