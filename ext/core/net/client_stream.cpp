#include "net/client_stream.h"

#include <uv.h>

#include <utility>
#include <vector>

#include "net/connector.h"
#include "net/socket_handle.h"

namespace reverb {

namespace {

constexpr std::size_t read_size = 64U << 10U;

}  // namespace

// Kept by its stream, and while it calls its listener, who may destroy the stream.
struct ClientStream::Impl : std::enable_shared_from_this<Impl> {
    // What libuv keeps until it has called back, which it does in any case.
    struct Write {
        uv_write_t request{};
        std::weak_ptr<Impl> impl;
        std::string bytes;
    };

    Impl(EventLoop& loop, Listener& listener) : loop(loop), listener(&listener) {}

    EventLoop& loop;
    Listener* listener;  // none: it is closed
    std::unique_ptr<Connector> connector;
    SocketHandle socket;
    std::vector<char> input;
    bool busy = false;

    void start(const ClientAddress& address, std::chrono::milliseconds timeout) {
        connector = std::make_unique<Connector>(
            loop, address, timeout, [this](SocketHandle opened, const std::string& why) {
                const auto keep = shared_from_this();
                const auto ended = std::move(connector);
                if (!why.empty()) {
                    return fail(why);
                }
                socket = std::move(opened);
                read_from_now();
                listener->opened();
            });
    }

    void close() {
        listener = nullptr;
        connector.reset();
        socket = std::monostate{};
    }

    void fail(const std::string& why) {
        if (Listener* const told = listener) {
            close();
            told->closed(why);
        }
    }

    void read_from_now() {
        input.resize(read_size);
        uv_stream_t* const stream = stream_of(socket);
        stream->data = this;
        uv_read_start(
            stream,
            [](uv_handle_t* reading, std::size_t, uv_buf_t* buffer) {
                auto& impl = *static_cast<Impl*>(reading->data);
                *buffer = uv_buf_init(impl.input.data(), static_cast<unsigned>(impl.input.size()));
            },
            [](uv_stream_t* reading, ssize_t got, const uv_buf_t*) {
                static_cast<Impl*>(reading->data)->read(got);
            });
    }

    void read(ssize_t got) {
        const auto keep = shared_from_this();
        if (got < 0) {
            return fail(got == UV_EOF ? "it closed the connection"
                                      : uv_strerror(static_cast<int>(got)));
        }
        if (got > 0) {
            listener->received({input.data(), static_cast<std::size_t>(got)});
        }
    }

    void write(std::string bytes) {
        uv_stream_t* const stream = stream_of(socket);
        uv_buf_t buffer = uv_buf_init(bytes.data(), static_cast<unsigned>(bytes.size()));
        const int written = uv_try_write(stream, &buffer, 1);
        const std::size_t done = written > 0 ? static_cast<std::size_t>(written) : 0;
        if (done == bytes.size()) {
            return;
        }
        // An error is told by the callback of this write.
        auto rest = std::make_unique<Write>();
        rest->impl = weak_from_this();
        rest->request.data = rest.get();
        rest->bytes = std::move(bytes);
        buffer = uv_buf_init(rest->bytes.data() + done,
                             static_cast<unsigned>(rest->bytes.size() - done));
        busy = true;
        const int status =
            uv_write(&rest->request, stream, &buffer, 1, [](uv_write_t* request, int failure) {
                const std::unique_ptr<Write> ended(static_cast<Write*>(request->data));
                if (const auto impl = ended->impl.lock()) {
                    impl->written(failure);
                }
            });
        if (status == 0) {
            static_cast<void>(rest.release());
        } else {
            loop.defer([weak = weak_from_this(), status] {
                if (const auto impl = weak.lock()) {
                    impl->fail(uv_strerror(status));
                }
            });
        }
    }

    void written(int status) {
        if (listener == nullptr) {
            return;
        }
        if (status != 0) {
            return fail(uv_strerror(status));
        }
        busy = false;
        listener->sent();
    }
};

ClientStream::ClientStream(EventLoop& loop, const ClientAddress& address,
                           std::chrono::milliseconds timeout, Listener& listener)
    : impl_(std::make_shared<Impl>(loop, listener)) {
    impl_->start(address, timeout);
}

ClientStream::~ClientStream() {
    impl_->close();
}

void ClientStream::write(std::string bytes) {
    impl_->write(std::move(bytes));
}

bool ClientStream::busy() const noexcept {
    return impl_->busy;
}

}  // namespace reverb
