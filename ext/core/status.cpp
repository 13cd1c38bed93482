#include "status.h"

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace reverb {

namespace {

constexpr std::size_t max_listed = 1'000;  // applications

// One object; members are added in their order.
class ObjectWriter {
  public:
    ObjectWriter& number(std::string_view name, std::uint64_t value) {
        return raw(name, std::to_string(value));
    }
    ObjectWriter& boolean(std::string_view name, bool value) {
        return raw(name, value ? "true" : "false");
    }
    ObjectWriter& text(std::string_view name, std::string_view value) {
        std::string json;
        append_json_string(json, value);
        return raw(name, json);
    }
    ObjectWriter& raw(std::string_view name, std::string_view json) {
        json_ += json_.size() == 1 ? "" : ",";
        append_json_string(json_, name);
        json_.append(":").append(json);
        return *this;
    }
    [[nodiscard]] std::string end() const { return json_ + "}"; }

  private:
    std::string json_ = "{";
};

std::string threads_json(const ServerStats& stats) {
    std::string list = "[";
    for (std::size_t thread = 0; thread < stats.connections_by_thread.size(); ++thread) {
        list += thread == 0 ? "" : ",";
        list += ObjectWriter()
                    .number("connections", stats.connections_by_thread[thread])
                    .number("queued_bytes", stats.queued_bytes_by_thread[thread])
                    .end();
    }
    return list + "]";
}

// The busiest ones where there are more than an answer should carry.
std::string applications_json(std::vector<ApplicationStats> listed) {
    if (listed.size() > max_listed) {
        std::nth_element(listed.begin(), listed.begin() + max_listed, listed.end(),
                         [](const ApplicationStats& a, const ApplicationStats& b) {
                             return a.connections > b.connections;
                         });
        listed.resize(max_listed);
    }
    ObjectWriter applications;
    for (const ApplicationStats& application : listed) {
        applications.raw(application.app_id,
                         ObjectWriter()
                             .number("connections", application.connections)
                             .number("channels", application.channels)
                             .number("messages_received", application.messages_received)
                             .number("messages_sent", application.messages_sent)
                             .end());
    }
    return applications.end();
}

std::string cluster_json(const std::optional<ClusterStats>& cluster) {
    if (!cluster) {
        return "null";
    }
    return ObjectWriter()
        .text("node", cluster->node.text())
        .text("redis", cluster->up ? "up" : "down: " + cluster->why)
        .number("nodes", cluster->nodes)
        .number("published", cluster->published)
        .number("received", cluster->received)
        .number("dropped", cluster->dropped)
        .number("unconfirmed", cluster->unconfirmed)
        .number("unreadable", cluster->unreadable)
        .number("reconnects", cluster->reconnects)
        .number("errors", cluster->errors)
        .number("queued_bytes", cluster->queued_bytes)
        .number("subscriptions_degraded", cluster->subscriptions_degraded)
        .number("questions_incomplete", cluster->questions_incomplete)
        .end();
}

}  // namespace

std::string status_json(const ServerStatus& status) {
    const ServerStats& stats = status.stats;
    constexpr std::uint64_t ms_per_second = 1'000;
    return ObjectWriter()
        .text("version", status.version)
        .number("pid", static_cast<std::uint64_t>(::getpid()))
        .number("uptime", static_cast<std::uint64_t>(stats.uptime.count()) / ms_per_second)
        .text("address", status.address)
        .text("path", status.path)
        .boolean("tls", status.tls)
        .boolean("compression", status.compression)
        .text("socket", status.socket)
        .boolean("draining", status.draining)
        .number("connections", stats.connections)
        .number("channels", stats.channels)
        .number("connections_opened", stats.connections_opened)
        .number("messages_received", stats.messages_received)
        .number("messages_published", stats.messages_published)
        .number("deliveries", stats.deliveries)
        .number("bytes_received", stats.bytes_received)
        .number("bytes_sent", stats.bytes_sent)
        .number("connections_compressed", stats.connections_compressed)
        .number("messages_compressed", stats.messages_compressed)
        .number("bytes_saved", stats.bytes_saved)
        .number("slow_closes", stats.slow_closes)
        .number("deadline_closes", stats.deadline_closes)
        .number("auth_failures", stats.auth_failures)
        .number("hooks_waiting", stats.hooks_waiting)
        .number("hooks_dropped", stats.hooks_dropped)
        .raw("threads", threads_json(stats))
        .raw("cluster", cluster_json(stats.cluster))
        .number("applications_left_out",
                stats.applications.size() - std::min(stats.applications.size(), max_listed))
        .raw("applications", applications_json(stats.applications))
        .end();
}

}  // namespace reverb
