#include "net/connector.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "net/address_lookup.h"
#include "net/loop_timer.h"

namespace reverb {

using std::chrono::milliseconds;

struct Connector::Impl : std::enable_shared_from_this<Impl> {
    // What libuv keeps until it has called back, which it does in any case.
    struct Attempt {
        uv_connect_t request{};
        std::weak_ptr<Impl> impl;
    };

    Impl(EventLoop& loop, milliseconds timeout, Done done)
        : loop(loop),
          done(std::move(done)),
          timeout(timeout),
          end(monotonic_ms() + static_cast<std::uint64_t>(timeout.count())),
          timer(loop) {}

    EventLoop& loop;
    Done done;  // none: it has been told, or nobody waits any more
    milliseconds timeout;
    std::uint64_t end;
    LoopTimer timer;
    std::unique_ptr<AddressLookup> lookup;
    std::vector<sockaddr_storage> addresses;  // yet to be tried, the next one last
    SocketHandle handle;
    uv_connect_t* current = nullptr;  // the attempt that counts

    void start(const ClientAddress& address) {
        timer.after(timeout, [this] { expire(); });
        if (!address.path.empty()) {
            return open_pipe(address.path);
        }
        lookup = std::make_unique<AddressLookup>(
            loop, address.host, address.port,
            [this](std::vector<sockaddr_storage> found, const std::string& why) {
                lookup.reset();
                if (found.empty()) {
                    return tell("the name cannot be resolved: " + why);
                }
                addresses = std::move(found);
                std::reverse(addresses.begin(), addresses.end());
                open_next();
            });
    }

    void expire() {
        tell((lookup != nullptr ? "the name was not resolved within " : "no connection within ") +
             std::to_string(timeout.count()) + " ms");
    }

    void close() {
        done = nullptr;
        timer.cancel();
        lookup.reset();
        current = nullptr;
        handle.close();
    }

    // Nothing after this: whoever is told may be the end of this object.
    void tell(const std::string& why) {
        if (const Done told = std::exchange(done, {})) {
            SocketHandle opened = std::move(handle);
            close();
            told(why.empty() ? std::move(opened) : SocketHandle{}, why);
        }
    }

    std::unique_ptr<Attempt> attempt() {
        auto made = std::make_unique<Attempt>();
        made->impl = weak_from_this();
        made->request.data = made.get();
        current = &made->request;
        return made;
    }

    void open_pipe(const std::string& path) {
        auto pipe = std::make_unique<uv_pipe_t>();
        uv_pipe_init(loop.uv(), pipe.get(), 0);
        handle.pipe.reset(pipe.release());
        auto made = attempt();
        uv_pipe_connect(&made->request, handle.pipe.get(), path.c_str(), on_connect);
        static_cast<void>(made.release());
    }

    // The time that is left is shared by the addresses that are left: one that does not answer must
    // not keep the others from being tried.
    void open_next() {
        const sockaddr_storage address = addresses.back();
        addresses.pop_back();
        const milliseconds left(end - std::min(end, monotonic_ms()));
        if (addresses.empty()) {
            timer.after(left, [this] { expire(); });
        } else {
            timer.after(left / (addresses.size() + 1), [this] { open_next(); });
        }
        auto tcp = std::make_unique<uv_tcp_t>();
        uv_tcp_init(loop.uv(), tcp.get());
        handle.tcp.reset(tcp.release());
        auto made = attempt();
        const int status = uv_tcp_connect(&made->request, handle.tcp.get(),
                                          reinterpret_cast<const sockaddr*>(&address), on_connect);
        if (status == 0) {
            static_cast<void>(made.release());
        } else {
            opened(status);
        }
    }

    static void on_connect(uv_connect_t* request, int status) {
        const std::unique_ptr<Attempt> made(static_cast<Attempt*>(request->data));
        const auto impl = made->impl.lock();
        if (impl != nullptr && impl->current == request) {
            impl->opened(status);
        }
    }

    void opened(int status) {
        current = nullptr;
        if (status != 0) {
            return addresses.empty() ? tell(uv_strerror(status)) : open_next();
        }
        if (handle.tcp) {
            uv_tcp_nodelay(handle.tcp.get(), 1);
        }
        tell({});
    }
};

Connector::Connector(EventLoop& loop, const ClientAddress& address, milliseconds timeout, Done done)
    : impl_(std::make_shared<Impl>(loop, timeout, std::move(done))) {
    impl_->start(address);
}

Connector::~Connector() {
    impl_->close();
}

}  // namespace reverb
