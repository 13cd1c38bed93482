#include "publisher/redis_link.h"

#include <array>
#include <span>
#include <system_error>
#include <utility>
#include <vector>

#include "cluster/redis_login.h"
#include "publisher/publisher.h"

namespace reverb {
namespace {

constexpr std::size_t room = 16U << 10U;

// What a connect that failed is about; its own words know no Redis.
std::string reason_of(const ConnectError& error) {
    return error.code() == 0 ? error.what() : std::generic_category().message(error.code());
}

TlsOptions tls_options(const RedisConfig& config) {
    return {config.ca_file,          config.ca_path,     config.certificate_file,
            config.private_key_file, config.verify_peer, config.peer_name};
}

}  // namespace

RedisLink::RedisLink(const RedisConfig& config, RedisParty party, Deadline deadline)
    : party_(std::move(party)) {
    open(config, deadline);
    try {
        introduce(config, deadline);
    } catch (const Lost& lost) {
        throw ConnectError(0, redis_hung_up(party_, lost.what()));
    }
}

void RedisLink::open(const RedisConfig& config, Deadline deadline) {
    const ClientAddress& address = party_.address;
    try {
        socket_ = address.path.empty()
                      ? StreamSocket::connect_tcp(address.host, address.port, deadline)
                      : StreamSocket::connect_unix(address.path, deadline);
    } catch (const ConnectError& error) {
        throw ConnectError(error.code(), redis_unreachable(party_, reason_of(error)));
    }
    socket_.pipeline();
    if (!config.tls) {
        return;
    }
    try {
        socket_.start_tls(tls_options(config), address.host, deadline);
    } catch (const ConnectError& error) {
        throw ConnectError(error.code(), party_.name() + ": " + error.what() +
                                             ". Check scaling.server.scheme and the settings of "
                                             "TLS beside it.");
    }
}

void RedisLink::introduce(const RedisConfig& config, Deadline deadline) {
    const std::string database = std::to_string(config.database);
    const bool with_role = !party_.is_sentinel && party_.origin != RedisParty::Origin::cluster;

    std::string question;
    int replies = 1;
    const auto add = [&question](const std::vector<std::string_view>& words) {
        question += redis_command(words);
    };
    if (const auto login = redis_login(config, party_.is_sentinel); !login.empty()) {
        add(login);
        ++replies;
    }
    if (with_role && config.database != 0) {
        add({"SELECT", database});
        ++replies;
    }
    // Refused while it loads, and without a password that it wants.
    add({"PING"});
    if (with_role) {
        add({"ROLE"});
    }
    const StreamSocket::Transfer sent = socket_.send(question, deadline);
    if (sent.end == StreamSocket::End::timeout) {
        throw Lost(lost_words(sent));
    }
    for (; replies > 0; --replies) {
        const RedisReply& reply = receive(deadline);
        if (reply.failed()) {
            throw ConnectError(0, redis_refusal(party_, reply.text));
        }
    }
    if (with_role) {
        check_role(receive(deadline));
    }
}

// What is published to a replica reaches nobody but its own clients.
void RedisLink::check_role(const RedisReply& reply) {
    role_told_at_ = std::chrono::steady_clock::now();
    // A user that may publish and not much more, or a service without the command.
    if ((reply.is_error("NOPERM") || reply.is_error("ERR")) &&
        party_.origin == RedisParty::Origin::host) {
        tells_role_ = false;
        return;
    }
    if (reply.failed()) {
        throw ConnectError(0, redis_refusal(party_, reply.text));
    }
    const std::string role = reply.elements.empty() ? "" : reply.elements.front().text;
    if (role != "master") {
        throw ConnectError(0, redis_wrong_role(party_, role));
    }
}

bool RedisLink::still_master(std::chrono::milliseconds holds, Deadline deadline) {
    if (!tells_role_ || std::chrono::steady_clock::now() - role_told_at_ < holds) {
        return true;
    }
    try {
        check_role(ask({"ROLE"}, deadline));
        return true;
    } catch (const ConnectError&) {
        return false;
    } catch (const Lost&) {
        return false;
    }
}

const RedisReply& RedisLink::receive(Deadline deadline) {
    std::array<char, room> bytes{};
    try {
        for (;;) {
            const RedisReply* const reply = reader_->next();
            if (reply != nullptr) {
                return *reply;
            }
            const StreamSocket::Transfer got =
                socket_.receive(bytes.data(), bytes.size(), deadline);
            if (got.end != StreamSocket::End::done) {
                throw Lost(lost_words(got));
            }
            reader_->feed({bytes.data(), got.bytes});
        }
    } catch (const RespError& error) {
        throw Lost(std::string("it does not speak Redis' protocol: ") + error.what());
    }
}

const RedisReply& RedisLink::ask(std::initializer_list<std::string_view> words, Deadline deadline) {
    const StreamSocket::Transfer sent =
        socket_.send(redis_command(std::span(words.begin(), words.size())), deadline);
    if (sent.end == StreamSocket::End::timeout) {
        throw Lost(lost_words(sent));
    }
    return receive(deadline);
}

std::string RedisLink::lost_words(const StreamSocket::Transfer& ended) const {
    if (ended.end == StreamSocket::End::timeout) {
        return "no answer in time (timeout)";
    }
    if (!socket_.tls_fault().empty()) {
        return socket_.tls_fault();
    }
    return ended.error == 0
               ? "it closed the connection"
               : "the connection broke (" + std::generic_category().message(ended.error) + ")";
}

}  // namespace reverb
