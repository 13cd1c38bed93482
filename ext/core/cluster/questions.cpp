#include "cluster/questions.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "channel/channel_name.h"

namespace reverb {

namespace {

// A publisher that asked has long gone by then.
constexpr const char* reply_list_ttl_ms = "10000";

const RedisScript& reply_script() {
    static const RedisScript script(R"(
for i = 2, #ARGV do
    redis.call('RPUSH', KEYS[1], ARGV[i])
end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
)");
    return script;
}

}  // namespace

void Questions::ask(const Question& question, Answered answered) {
    if (!context_.redis.up()) {
        Facts nothing;
        nothing.unanswered = 1;
        count(context_.counters.questions_incomplete);
        return answered(std::make_shared<const Facts>(std::move(nothing)));
    }
    const std::uint64_t number = ++last_;
    Open& open = open_[number];
    open.answered = std::move(answered);
    open.timer = loop_.after(patience, [this, number] { finish(number); });
    open.grace_timer = loop_.after(grace, [this, number] { finish_unless_missed(number); });
    context_.redis.publish(context_.names.control(),
                           envelope::question(context_.self, {number, {}, question}),
                           [this, number](const RedisReply& reply) { sent(number, reply); });
    for (const std::string& channel : question.channels) {
        if (question.caches && channel_kind(channel).cache) {
            ++open.caches;
            fetch(number, question.app_id, channel);
        }
    }
}

void Questions::sent(std::uint64_t number, const RedisReply& reply) {
    const auto found = open_.find(number);
    if (found == open_.end()) {
        return;
    }
    Open& open = found->second;
    open.sent = true;
    if (reply.type == RedisReply::Type::integer) {
        // This node is one of those that got it.
        open.nodes += reply.integer - 1;
    } else {
        ++open.facts.unanswered;
    }
    finish_when_done(number);
}

void Questions::fetch(std::uint64_t number, const std::string& app_id, const std::string& channel) {
    const std::string name = context_.names.cache(channel_key(app_id, channel));
    context_.redis.command(name, {"GET", name}, [this, number, channel](const RedisReply& reply) {
        const auto found = open_.find(number);
        if (found == open_.end()) {
            return;
        }
        if (reply.type == RedisReply::Type::text) {
            found->second.facts.cached.emplace(channel, reply.text);
        }
        --found->second.caches;
        finish_when_done(number);
    });
}

void Questions::received(const envelope::Reply& reply) {
    const auto found = open_.find(reply.number);
    if (found != open_.end()) {
        found->second.facts.add(reply.facts);
        if (!reply.more_follow) {
            --found->second.nodes;
            ++found->second.answers;
            finish_when_done(reply.number);
        }
    }
}

void Questions::finish_unless_missed(std::uint64_t number) {
    Open& open = open_.at(number);
    if (open.sent && open.answers + 1 >= context_.counters.nodes) {
        open.nodes = 0;
        finish_when_done(number);
    }
}

void Questions::finish_when_done(std::uint64_t number) {
    const Open& open = open_.at(number);
    if (open.sent && open.nodes <= 0 && open.caches == 0) {
        finish(number);
    }
}

void Questions::finish(std::uint64_t number) {
    auto entry = open_.extract(number);
    Open& open = entry.mapped();
    loop_.cancel(open.timer);
    loop_.cancel(open.grace_timer);
    open.facts.unanswered += static_cast<unsigned>(std::max<std::int64_t>(open.nodes, 0));
    // How many there are was not to be learnt, either.
    open.facts.unanswered += open.sent ? 0 : 1;
    if (open.facts.unanswered > 0) {
        count(context_.counters.questions_incomplete);
    }
    open.answered(std::make_shared<const Facts>(std::move(open.facts)));
}

void Questions::received(NodeId from, const envelope::Asked& asked) {
    const std::string mailbox = context_.names.node(from);
    // Nobody is to have this node write to other keys.
    if (!asked.reply_list.empty() && asked.reply_list != mailbox) {
        return count(context_.counters.unreadable);
    }
    std::vector<std::string> replies =
        envelope::replies(context_.self, asked.number, facts_here(asked.question));
    if (asked.reply_list.empty()) {
        for (std::string& reply : replies) {
            context_.redis.publish(mailbox, std::move(reply));
        }
        return;
    }
    replies.insert(replies.begin(), reply_list_ttl_ms);
    context_.redis.script(reply_script(), {mailbox}, replies, [](const RedisReply&) {});
}

Facts Questions::facts_here(const Question& question) const {
    const Directory& directory = context_.services.directory;
    Facts facts;
    std::vector<Directory::Occupancy> channels;
    if (question.prefix) {
        channels = directory.channels(question.app_id, *question.prefix);
    }
    for (const std::string& channel : question.channels) {
        Directory::Occupancy occupancy = directory.occupancy(channel_key(question.app_id, channel));
        if (occupancy.subscribers > 0) {
            channels.push_back(std::move(occupancy));
        }
    }
    for (const Directory::Occupancy& channel : channels) {
        ChannelFacts& known = facts.channels[channel.name];
        known.subscribers = channel.subscribers;
        known.users = channel.users;
        if (question.users) {
            for (const MemberPtr& user :
                 directory.members(channel_key(question.app_id, channel.name))) {
                known.ids.emplace(user->id, user->id_json);
            }
        }
    }
    if (question.connections) {
        const auto usage = context_.services.applications.usage(question.app_id);
        facts.connections = usage == nullptr ? 0 : usage->connections();
    }
    return facts;
}

}  // namespace reverb
