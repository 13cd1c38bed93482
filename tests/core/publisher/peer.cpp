#include "publisher/peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <system_error>

namespace reverb::testing {
namespace {

int checked(int result, const char* what) {
    if (result < 0) {
        throw std::system_error(errno, std::generic_category(), what);
    }
    return result;
}

std::size_t content_length(std::string_view head) {
    constexpr std::string_view name = "\r\nContent-Length: ";
    const std::size_t at = head.find(name);
    return at == std::string_view::npos
               ? 0
               : std::stoul(std::string(head.substr(at + name.size(), 10)));
}

}  // namespace

std::optional<PeerConnection::Question> PeerConnection::read_question() {
    wire::Frame frame;
    while (wire::split(received_, frame) != wire::Split::whole) {
        if (!read_some()) {
            return std::nullopt;
        }
    }
    Question question{frame.header.correlation, wire::read_publish(frame.payload).value()};
    received_.erase(0, frame.size);
    return question;
}

void PeerConnection::answer(std::uint32_t correlation, const Answer& answer) {
    std::string bytes;
    wire::append_answer(bytes, correlation, answer);
    write(bytes);
}

std::string PeerConnection::read_http() {
    for (;;) {
        const std::size_t head = received_.find("\r\n\r\n");
        if (head != std::string::npos) {
            const std::size_t size = head + 4 + content_length(received_.substr(0, head));
            if (received_.size() >= size) {
                std::string request = received_.substr(0, size);
                received_.erase(0, size);
                return request;
            }
        }
        if (!read_some()) {
            return "";
        }
    }
}

bool PeerConnection::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (written <= 0) {
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

bool PeerConnection::read_some() {
    std::array<char, 65'536> buffer{};
    const ssize_t size = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
    if (size <= 0) {
        return false;
    }
    received_.append(buffer.data(), static_cast<std::size_t>(size));
    return true;
}

void PeerConnection::wait_until_closed() {
    while (read_some()) {
    }
}

void PeerConnection::stop_reading() {
    ::shutdown(descriptor_, SHUT_RD);
}

void PeerConnection::finish_writing() {
    ::shutdown(descriptor_, SHUT_WR);
}

Peer Peer::unix_socket(Script script) {
    auto directory = std::make_unique<TemporaryDirectory>();
    const std::string path = directory->file("socket");
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(static_cast<char*>(address.sun_path), sizeof(address.sun_path) - 1);
    const int listener = checked(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
    checked(::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), "bind");
    return {listener, std::move(directory), std::move(script)};
}

Peer Peer::tcp(Script script) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int listener = checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
    checked(::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), "bind");
    return {listener, nullptr, std::move(script)};
}

Peer::Peer(int listener, std::unique_ptr<TemporaryDirectory> directory, Script script)
    : listener_(listener), directory_(std::move(directory)), script_(std::move(script)) {
    checked(::listen(listener_, 16), "listen");
    if (!directory_) {
        sockaddr_in address{};
        socklen_t size = sizeof(address);
        checked(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), "name");
        port_ = ntohs(address.sin_port);
    }
    acceptor_ = std::thread([this] { accept_all(); });
}

Peer::~Peer() {
    stop_listening();
    {
        const std::lock_guard lock(mutex_);
        for (const int descriptor : open_) {
            ::shutdown(descriptor, SHUT_RDWR);
        }
    }
    for (std::thread& script : scripts_) {
        script.join();
    }
}

void Peer::stop_listening() {
    if (acceptor_.joinable()) {
        ::shutdown(listener_, SHUT_RDWR);
        acceptor_.join();
        ::close(listener_);
    }
}

void Peer::accept_all() {
    for (;;) {
        const int descriptor = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (descriptor < 0) {
            return;
        }
        const int number = accepted_++;
        const std::lock_guard lock(mutex_);
        open_.push_back(descriptor);
        scripts_.emplace_back([this, descriptor, number] {
            PeerConnection connection(descriptor);
            script_(connection, number);
            const std::lock_guard closing(mutex_);
            open_.erase(std::find(open_.begin(), open_.end(), descriptor));
            ::close(descriptor);
        });
    }
}

TemporaryDirectory::TemporaryDirectory()
    : path_(std::filesystem::temp_directory_path() / "reverb-test-XXXXXX") {
    if (::mkdtemp(path_.data()) == nullptr) {
        throw std::system_error(errno, std::generic_category(), path_);
    }
}

TemporaryDirectory::~TemporaryDirectory() {
    std::filesystem::remove_all(path_);
}

std::string TemporaryDirectory::file(std::string_view name) const {
    return path_ + "/" + std::string(name);
}

}  // namespace reverb::testing
