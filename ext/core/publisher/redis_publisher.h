// Publishes by Redis to all servers that share it, from a host that runs none: what a server would
// pass on to the others, in one round trip. One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/fork_generation.h"
#include "cluster/facts.h"
#include "publisher/publisher.h"
#include "publisher/redis_event.h"
#include "publisher/redis_masters.h"

namespace reverb {

class RedisPublisher final : public PublisherConnection {
  public:
    explicit RedisPublisher(PublisherTarget target);

    void connect() override;
    [[nodiscard]] Answer publish(const PublishRequest& request) override;
    [[nodiscard]] Answer status() override;
    [[nodiscard]] bool connected() const noexcept override;
    [[nodiscard]] bool busy() const noexcept override { return busy_; }
    void close() noexcept override;

  private:
    // A command on its way: to whom it is to go, and what came back.
    struct Task {
        const RedisCommand* command = nullptr;
        std::optional<Redirection> redirection;
        std::optional<RedisReply> reply;
        std::string refused;  // the reply in words, where it is an error
    };
    // What goes to one server in one write.
    struct Batch {
        std::shared_ptr<RedisLink> link;
        std::vector<Task*> tasks;
        std::string bytes;
    };

    // Every task gets its reply. Throws ConnectError when nothing was sent, else OutcomeUnknown.
    void perform(std::vector<Task>& tasks);
    // What has no reply yet, by server. Connects. Throws ConnectError.
    [[nodiscard]] std::vector<Batch> batches(std::vector<Task>& tasks);
    [[nodiscard]] Batch& batch_for(const Task& task, std::vector<Batch>& all, Deadline connecting);
    // False when not a byte was sent: the connection had been closed.
    [[nodiscard]] bool send(const Batch& batch, Deadline deadline);
    // Throws RedisLink::Lost.
    static void receive(const Batch& batch, Deadline deadline);
    [[nodiscard]] Answer judge(const std::vector<Task>& tasks);
    // What is known of the event's channels: what the nodes say that got the question, and what
    // Redis has.
    [[nodiscard]] Answer tell(const PublishRequest& request, const std::vector<Task>& tasks);
    // Adds what `nodes` of them answer. Returns Redis' refusal to hand the answers out, or "".
    [[nodiscard]] std::string collect(Facts& facts, std::int64_t nodes);
    [[nodiscard]] static OutcomeUnknown unknown(const std::string& what);

    PublisherTarget target_;
    RedisSender sender_;
    RedisMasters masters_;
    std::uint64_t question_ = 0;  // the number of the last
    ForkGeneration owner_;        // the process that connected
    bool busy_ = false;
};

}  // namespace reverb
