#include "net/client_stream.h"

#include <netdb.h>
#include <uv.h>

#include <array>
#include <utility>
#include <vector>

#include "net/connector.h"
#include "net/loop_timer.h"
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

    Impl(EventLoop& loop, std::optional<TlsOptions> tls, Listener& listener)
        : loop(loop), tls(std::move(tls)), listener(&listener), handshake(loop) {}

    EventLoop& loop;
    std::optional<TlsOptions> tls;
    Listener* listener;  // none: it is closed
    std::unique_ptr<Connector> connector;
    SocketHandle socket;
    std::optional<TlsSession> session;
    LoopTimer handshake;  // by when TLS must be agreed on
    std::vector<char> input;
    std::vector<char> plain;  // with TLS
    std::size_t writing = 0;  // writes that the kernel has yet to take
    bool opened = false;

    void start(const ClientAddress& address, std::chrono::milliseconds timeout) {
        connector = std::make_unique<Connector>(
            loop, address, timeout,
            [this, host = address.host](SocketHandle connected, const std::string& why) {
                const auto keep = shared_from_this();
                const auto ended = std::move(connector);
                if (!why.empty()) {
                    return fail(End::unreachable, why);
                }
                socket = std::move(connected);
                read_from_now();
                if (!tls) {
                    return become_open();
                }
                try {
                    session.emplace(*tls, host);
                    session->feed({});
                    write_through(session->take_output());
                } catch (const TlsError& error) {
                    fail(End::tls, error.what());
                }
            });
        // Later than the connector's by its place among timers, so that this is about TLS.
        handshake.after(timeout, [this, timeout] {
            const auto keep = shared_from_this();
            fail(End::tls,
                 "its side was not done within " + std::to_string(timeout.count()) + " ms");
        });
    }

    void become_open() {
        handshake.cancel();
        opened = true;
        listener->opened();
    }

    void close() {
        listener = nullptr;
        connector.reset();
        handshake.cancel();
        socket.close();
    }

    void fail(End end, const std::string& why) {
        if (Listener* const told = listener) {
            close();
            told->closed(end, why);
        }
    }

    // Whatever ends it while TLS is being agreed on has to do with TLS.
    void lose(const std::string& why) { fail(opened ? End::lost : End::tls, why); }

    void read_from_now() {
        input.resize(read_size);
        uv_stream_t* const stream = socket.stream();
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
            return lose(got == UV_EOF ? "it closed the connection"
                                      : uv_strerror(static_cast<int>(got)));
        }
        const std::string_view bytes(input.data(), static_cast<std::size_t>(got));
        if (!session) {
            return listener->received(bytes);
        }
        try {
            read_tls(bytes);
        } catch (const TlsError& error) {
            fail(End::tls, error.what());
        }
    }

    // The listener may close in each of its calls.
    void read_tls(std::string_view bytes) {
        session->feed(bytes);
        write_through(session->take_output());
        if (!opened && session->ready()) {
            become_open();
        }
        plain.resize(read_size);
        while (listener != nullptr && opened) {
            const std::size_t got = session->read(plain.data(), plain.size());
            if (got == 0) {
                break;
            }
            listener->received({plain.data(), got});
        }
        if (session->ended()) {
            lose("it closed the connection");
        }
    }

    void write(std::string bytes) {
        if (!session) {
            return write_through(std::move(bytes));
        }
        try {
            session->write(bytes);
            write_through(session->take_output());
        } catch (const TlsError& error) {
            fail_soon(error.what());
        }
    }

    void write_through(std::string bytes) {
        uv_stream_t* const stream = socket.stream();
        uv_buf_t buffer = uv_buf_init(bytes.data(), static_cast<unsigned>(bytes.size()));
        const int written = bytes.empty() || writing > 0 ? 0 : uv_try_write(stream, &buffer, 1);
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
        const int status =
            uv_write(&rest->request, stream, &buffer, 1, [](uv_write_t* request, int failure) {
                const std::unique_ptr<Write> ended(static_cast<Write*>(request->data));
                if (const auto impl = ended->impl.lock()) {
                    impl->written(failure);
                }
            });
        if (status != 0) {
            return fail_soon(uv_strerror(status));
        }
        ++writing;
        static_cast<void>(rest.release());
    }

    // Where nothing may be told from within a call.
    void fail_soon(const std::string& why) {
        loop.defer([weak = weak_from_this(), why] {
            if (const auto impl = weak.lock()) {
                impl->lose(why);
            }
        });
    }

    void written(int status) {
        if (listener == nullptr) {
            return;
        }
        if (status != 0) {
            return lose(uv_strerror(status));
        }
        if (--writing == 0 && opened) {
            listener->sent();
        }
    }
};

ClientStream::ClientStream(EventLoop& loop, const ClientAddress& address,
                           std::optional<TlsOptions> tls, std::chrono::milliseconds timeout,
                           Listener& listener)
    : impl_(std::make_shared<Impl>(loop, std::move(tls), listener)) {
    impl_->start(address, timeout);
}

ClientStream::~ClientStream() {
    impl_->close();
}

void ClientStream::write(std::string bytes) {
    impl_->write(std::move(bytes));
}

bool ClientStream::busy() const noexcept {
    return impl_->writing > 0;
}

std::string ClientStream::peer() const {
    sockaddr_storage address{};
    int size = sizeof(address);
    std::array<char, NI_MAXHOST> text{};
    const uv_tcp_t* const tcp = impl_->socket.tcp.get();
    if (tcp == nullptr ||
        uv_tcp_getpeername(tcp, reinterpret_cast<sockaddr*>(&address), &size) != 0 ||
        ::getnameinfo(reinterpret_cast<const sockaddr*>(&address), static_cast<socklen_t>(size),
                      text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) != 0) {
        return {};
    }
    return text.data();
}

}  // namespace reverb
