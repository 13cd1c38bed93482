#include "publisher/redis_publisher.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <iterator>
#include <utility>

#include "base/json.h"
#include "channel/attributes.h"
#include "channel/publishing.h"
#include "cluster/envelope.h"

namespace reverb {
namespace {

// Of a slot that moves on while it is asked for, at most.
constexpr int max_rounds = 5;
constexpr std::uint16_t any_slot = 0;
constexpr int ok = 200;
constexpr int refused_in_part = 502;
// As nodes wait for each other.
constexpr std::chrono::milliseconds patience{500};

using Purpose = RedisCommand::Purpose;

// What was delivered although something was refused.
std::string rest_of(Purpose refused) {
    return refused == Purpose::publish
               ? " The event reached a part of its channels only."
               : " The event was delivered; what was asked of its channels cannot be told.";
}

// With a point whatever the locale, which the process that embeds this may have set.
std::string seconds_text(std::chrono::milliseconds time) {
    const std::string fraction = std::to_string(time.count() % 1'000);
    return std::to_string(time.count() / 1'000) + "." + std::string(3 - fraction.size(), '0') +
           fraction;
}

std::string attributes_body(const PublishRequest& request, const Facts& facts) {
    std::string body = R"({"channels":{)";
    for (const std::string& channel : request.channels) {
        KnownChannel known;
        if (const auto counts = facts.channels.find(channel); counts != facts.channels.end()) {
            known.subscribers = counts->second.subscribers;
            known.users = counts->second.users;
        }
        if (const auto cached = facts.cached.find(channel); cached != facts.cached.end()) {
            known.cached = cached->second;
        }
        body += body.back() == '{' ? "" : ",";
        append_json_string(body, channel);
        body += ":";
        append_attributes(body, channel, request.info, known);
    }
    return body + "}}";
}

}  // namespace

RedisPublisher::RedisPublisher(PublisherTarget target)
    : target_(std::move(target)),
      sender_{ClusterNames(target_.scaling.prefix, target_.scaling.channel), NodeId::random(),
              !target_.scaling.redis.cluster.empty(), target_.cache_ttl},
      masters_(target_.scaling.redis, target_.timeout) {
}

void RedisPublisher::connect() {
    if (!connected()) {
        close();
        owner_ = {};
        static_cast<void>(masters_.of(any_slot, Deadline(target_.connect_timeout)));
    }
}

Answer RedisPublisher::publish(const PublishRequest& request) {
    const std::vector<std::string>& ids = target_.app_ids;
    if (!ids.empty() && std::find(ids.begin(), ids.end(), request.app_id) == ids.end()) {
        return unknown_application(request.app_id);
    }
    if (!valid_utf8(request.data)) {
        return {400, "The event's data is not UTF-8."};
    }
    std::string data_json;
    append_json_string(data_json, request.data);
    if (auto refused = refusal_of(request, data_json, target_.outbox_limit)) {
        return *std::move(refused);
    }
    std::vector<RedisCommand> commands = event_commands(sender_, request, data_json);
    if (!request.info.empty()) {
        auto questions = question_commands(sender_, request, ++question_);
        std::move(questions.begin(), questions.end(), std::back_inserter(commands));
    }
    std::vector<Task> tasks(commands.size());
    for (std::size_t i = 0; i < commands.size(); ++i) {
        tasks[i].command = &commands[i];
    }
    if (!owner_.is_current()) {
        // Connections of the process this one was forked from.
        close();
        owner_ = {};
    }
    busy_ = true;
    try {
        perform(tasks);
        Answer answer = judge(tasks);
        if (answer.status == ok && !request.info.empty()) {
            answer = tell(request, tasks);
        }
        busy_ = false;
        return answer;
    } catch (...) {
        close();
        throw;
    }
}

Answer RedisPublisher::status() {
    throw NoStatus("the status of a server is told over its unix socket alone: give socket");
}

bool RedisPublisher::connected() const noexcept {
    return masters_.connected() && owner_.is_current();
}

void RedisPublisher::close() noexcept {
    masters_.close();
    busy_ = false;
}

void RedisPublisher::perform(std::vector<Task>& tasks) {
    bool sent = false;
    try {
        std::optional<Deadline> deadline;
        for (int round = 0; round < max_rounds; ++round) {
            const std::vector<Batch> all = batches(tasks);
            if (all.empty()) {
                return;
            }
            if (!deadline) {
                deadline.emplace(target_.timeout);
            }
            // All is sent before the first reply is waited for: one round trip, however many
            // masters.
            std::vector<const Batch*> asked;
            for (const Batch& batch : all) {
                if (send(batch, *deadline)) {
                    sent = true;
                    asked.push_back(&batch);
                }
            }
            for (const Batch* batch : asked) {
                receive(*batch, *deadline);
            }
        }
        throw ConnectError(ECONNRESET,
                           "Redis closed the connection, or sent the event on to "
                           "another of its servers, " +
                               std::to_string(max_rounds) + " times");
    } catch (const ConnectError& error) {
        if (!sent) {
            throw;
        }
        throw unknown(error.what());
    } catch (const RedisLink::Lost& lost) {
        throw unknown(lost.what());
    }
}

std::vector<RedisPublisher::Batch> RedisPublisher::batches(std::vector<Task>& tasks) {
    const Deadline connecting(target_.connect_timeout);
    std::vector<Batch> all;
    for (Task& task : tasks) {
        if (task.reply) {
            continue;
        }
        Batch& batch = batch_for(task, all, connecting);
        if (task.redirection && task.redirection->once) {
            batch.bytes += redis_command(std::array<std::string_view, 1>{"ASKING"});
        }
        batch.tasks.push_back(&task);
        batch.bytes += task.command->bytes;
    }
    return all;
}

RedisPublisher::Batch& RedisPublisher::batch_for(const Task& task, std::vector<Batch>& all,
                                                 Deadline connecting) {
    if (!masters_.sharded() && !all.empty()) {
        return all.front();
    }
    std::shared_ptr<RedisLink> link = task.redirection
                                          ? masters_.at(*task.redirection, connecting)
                                          : masters_.of(task.command->slot, connecting);
    const auto batch = std::find_if(all.begin(), all.end(),
                                    [&link](const Batch& one) { return one.link == link; });
    return batch != all.end() ? *batch : all.emplace_back(Batch{std::move(link), {}, {}});
}

bool RedisPublisher::send(const Batch& batch, Deadline deadline) {
    const StreamSocket::Transfer sent = batch.link->send(batch.bytes, deadline);
    if (sent.bytes > 0) {
        return true;
    }
    const std::string name = batch.link->party().name();
    masters_.drop(*batch.link);
    if (sent.end == StreamSocket::End::timeout) {
        throw ConnectError(ETIMEDOUT, name + " took no byte of the event within " +
                                          std::to_string(target_.timeout.count()) +
                                          " ms (timeout)");
    }
    return false;
}

void RedisPublisher::receive(const Batch& batch, Deadline deadline) {
    RedisLink& link = *batch.link;
    const ClientAddress& address = link.party().address;
    for (Task* task : batch.tasks) {
        try {
            if (task->redirection && task->redirection->once) {
                static_cast<void>(link.receive(deadline));  // of ASKING
            }
            const RedisReply& reply = link.receive(deadline);
            task->redirection = redirection_of(reply, address.host);
            if (!task->redirection) {
                task->reply = reply;
                task->refused = reply.failed() ? redis_refusal(link.party(), reply.text) : "";
            }
        } catch (const RedisLink::Lost& lost) {
            throw RedisLink::Lost(link.party().name() + ": " + lost.what());
        }
    }
}

// What was executed cannot be taken back, so an event is refused only when none of it was. One that
// is published and not kept for whoever subscribes later, for want of memory say, is delivered, as
// it is for nodes: whoever were told of a failure would send it again.
Answer RedisPublisher::judge(const std::vector<Task>& tasks) {
    const Task* refused = nullptr;
    bool published = false;
    for (const Task& task : tasks) {
        const Purpose purpose = task.command->purpose;
        if (task.refused.empty()) {
            published = published || purpose == Purpose::publish;
        } else if (purpose != Purpose::keep) {
            refused = refused == nullptr ? &task : refused;
        } else if (task.reply->is_error("READONLY")) {
            // A replica takes what is published, and passes it on to nobody but its own clients.
            close();
            throw unknown(task.refused);
        }
    }
    if (refused == nullptr) {
        return {ok, "{}"};
    }
    // It may not be the master any more, or be on its way to it.
    close();
    if (!published) {
        throw ConnectError(0, refused->refused);
    }
    return {refused_in_part, refused->refused + rest_of(refused->command->purpose)};
}

Answer RedisPublisher::tell(const PublishRequest& request, const std::vector<Task>& tasks) {
    Facts facts;
    for (const Task& task : tasks) {
        const RedisReply& reply = *task.reply;
        if (task.command->purpose == Purpose::ask) {
            if (const std::string refused = collect(facts, reply.integer); !refused.empty()) {
                return {refused_in_part, refused + rest_of(Purpose::ask)};
            }
        } else if (task.command->purpose == Purpose::fetch &&
                   reply.type == RedisReply::Type::text) {
            facts.cached.emplace(task.command->channel, reply.text);
        }
    }
    return {ok, attributes_body(request, facts)};
}

// The event is delivered by now: a connection, a node or a Redis that fails leaves out what is not
// known. What this user may not do it would leave out each time, and that is told.
std::string RedisPublisher::collect(Facts& facts, std::int64_t nodes) {
    const Deadline deadline(patience);
    const std::string list = reply_list(sender_);
    try {
        auto link = masters_.of(hash_slot(list), Deadline(target_.connect_timeout));
        while (nodes > 0) {
            const auto left = deadline.left();
            if (left == std::chrono::milliseconds::zero()) {
                return {};
            }
            const RedisReply& reply =
                link->ask({"BLPOP", list, seconds_text(left)}, Deadline(left + target_.timeout));
            if (const auto moved = redirection_of(reply, link->party().address.host)) {
                link = masters_.at(*moved, Deadline(target_.connect_timeout));
                continue;
            }
            if (reply.is_error("NOPERM")) {
                return redis_refusal(link->party(), reply.text);
            }
            if (reply.failed()) {
                // It may not be the master any more.
                close();
                return {};
            }
            if (reply.elements.size() != 2) {
                return {};
            }
            const auto message = envelope::read(reply.elements[1].text);
            const auto* said = message ? std::get_if<envelope::Reply>(&message->content) : nullptr;
            // One that came too late for an earlier question is none to this.
            if (said != nullptr && said->number == question_) {
                facts.add(said->facts);
                nodes -= said->more_follow ? 0 : 1;
            }
        }
    } catch (const RedisLink::Lost&) {
        close();
    } catch (const ConnectError&) {
        close();
    }
    return {};
}

OutcomeUnknown RedisPublisher::unknown(const std::string& what) {
    return OutcomeUnknown(what + "; the event was sent and may or may not have been delivered");
}

}  // namespace reverb
