// What happens by the clock: pings, the end of a client that does not answer, and rate limits.
#include <gtest/gtest.h>

#include "support/session_world.h"

namespace reverb {
namespace {

using testing::Client;
using testing::error_message;
using testing::SessionWorld;

const std::string ping = R"({"event":"pusher:ping"})";
// For clients of Pusher, and for those that answer the WebSocket layer alone.
const std::vector<std::string> pings{ping, "(ping)"};
const std::string pong_not_received = error_message(4201, "Pong reply not received in time");

Application patient(std::uint32_t ping_interval, std::uint32_t activity_timeout) {
    Application application = testing::test_application();
    application.ping_interval = ping_interval;
    application.activity_timeout = activity_timeout;
    return application;
}

// Calls heartbeat() as a connection does: whenever it asked for it, up to `until`.
class Heart {
  public:
    Heart(SessionWorld& world, Client& client) : world_(world), client_(client) {
        next_ = client.session->heartbeat(world.now);
    }
    void beat(std::uint64_t until) {
        while (next_ <= until && !client_.transport.closed) {
            world_.now = next_;
            next_ = client_.session->heartbeat(world_.now);
            ASSERT_GT(next_, world_.now) << "asked for again at once: a loop without end";
        }
        world_.now = until;
    }

  private:
    SessionWorld& world_;
    Client& client_;
    std::uint64_t next_ = 0;
};

TEST(SessionHeartbeat, PingsAtPingIntervalAndGivesUpAfterActivityTimeout) {
    SessionWorld world(patient(60, 30));
    const auto client = world.connect();
    const std::uint64_t opened = world.now;
    Heart heart(world, *client);
    heart.beat(opened + 59'999);
    EXPECT_TRUE(client->transport.take().empty());
    heart.beat(opened + 60'000);
    EXPECT_EQ(client->transport.take(), pings);
    heart.beat(opened + 89'999);
    EXPECT_TRUE(client->transport.take().empty());
    EXPECT_FALSE(client->transport.closed);
    heart.beat(opened + 90'000);
    EXPECT_EQ(client->transport.take_one(), pong_not_received);
    EXPECT_EQ(client->transport.closed, CloseCode::pong_not_received);
    EXPECT_EQ(world.hooks(), (std::vector<std::string>{"connection_pruned " + client->id(),
                                                       "connection_closed " + client->id()}));
    EXPECT_EQ(world.shared.applications.connections(), 0U);
}

TEST(SessionHeartbeat, LooksAfterSubscribersAndOthersAlike) {
    SessionWorld world(patient(60, 30));
    const auto client = world.connect();
    world.subscribe(*client, "news");
    Heart heart(world, *client);
    heart.beat(world.now + 90'000);
    EXPECT_EQ(client->transport.closed, CloseCode::pong_not_received);
}

TEST(SessionHeartbeat, StartsAnewWithEachMessage) {
    for (const char* message :
         {R"({"event":"pusher:ping"})", R"({"event":"pusher:pong","data":{}})", "not JSON",
          R"({"event":"mine"})", R"({"event":"client-a","channel":"private-a","data":{}})"}) {
        SessionWorld world(patient(60, 30));
        const auto client = world.connect();
        Heart heart(world, *client);
        heart.beat(world.now + 59'999);
        world.send(*client, message);
        heart.beat(world.now + 59'999);
        EXPECT_TRUE(client->transport.take().empty()) << message;
        heart.beat(world.now + 1);
        EXPECT_EQ(client->transport.take(), pings) << message;
    }
}

TEST(SessionHeartbeat, IsAnsweredByAnyMessageAndByAPongOfTheWebSocketLayer) {
    const auto by_message = [](SessionWorld& world, Client& client) {
        world.send(client, R"({"event":"pusher:pong","data":{}})");
    };
    const auto by_anything = [](SessionWorld& world, Client& client) {
        world.send(client, "not JSON");
    };
    const auto by_control_frame = [](SessionWorld& world, Client& client) {
        client.session->touch(world.now);
    };
    for (void (*answer)(SessionWorld&, Client&) : {+by_message, +by_anything, +by_control_frame}) {
        SessionWorld world(patient(60, 30));
        const auto client = world.connect();
        Heart heart(world, *client);
        for (int round = 0; round < 5; ++round) {
            heart.beat(world.now + 60'000);
            EXPECT_EQ(client->transport.take(), pings) << round;
            heart.beat(world.now + 29'999);
            answer(world, *client);
            (void)client->transport.take();
        }
        EXPECT_FALSE(client->transport.closed);
        heart.beat(world.now + 90'000);
        EXPECT_EQ(client->transport.closed, CloseCode::pong_not_received);
    }
}

// Whatever the two settings are: nobody stays longer than both together after the last sign of
// life, and nobody is pinged or given up early.
TEST(SessionHeartbeat, HoldsForEveryPairOfSettings) {
    for (const std::uint32_t interval : {1U, 10U, 60U}) {
        for (const std::uint32_t timeout : {1U, 30U, 120U}) {
            for (const std::uint64_t answer_after : {std::uint64_t{1}, std::uint64_t{500}}) {
                SessionWorld world(patient(interval, timeout));
                const auto client = world.connect();
                Heart heart(world, *client);
                heart.beat(world.now + interval * 1'000);
                ASSERT_EQ(client->transport.take(), pings);
                heart.beat(world.now + answer_after);
                client->session->touch(world.now);
                const std::uint64_t last_sign = world.now;

                heart.beat(last_sign + interval * 1'000 - 1);
                EXPECT_TRUE(client->transport.take().empty());
                heart.beat(last_sign + interval * 1'000);
                EXPECT_EQ(client->transport.take(), pings)
                    << interval << ' ' << timeout << ' ' << answer_after;
                heart.beat(last_sign + (interval + timeout) * 1'000 - 1);
                EXPECT_FALSE(client->transport.closed);
                heart.beat(last_sign + (interval + timeout) * 1'000);
                EXPECT_EQ(client->transport.closed, CloseCode::pong_not_received)
                    << interval << ' ' << timeout << ' ' << answer_after;
            }
        }
    }
}

Application limited(std::uint32_t attempts, std::uint32_t decay, bool terminate) {
    Application application = testing::test_application();
    application.rate_limit = {true, attempts, decay, terminate};
    return application;
}

const std::string exceeded = error_message(4301, "Rate limit exceeded");
const std::string pong = R"({"event":"pusher:pong"})";

TEST(SessionRateLimit, TakesMaxAttemptsAndRefusesTheNext) {
    SessionWorld world(limited(3, 10, false));
    const auto client = world.connect();
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(world.ask(*client, ping), pong);
    }
    (void)world.hooks();
    EXPECT_EQ(world.ask(*client, ping), exceeded);
    EXPECT_EQ(world.ask(*client, R"({"event":"pusher:subscribe","data":{"channel":"a"}})"),
              exceeded);
    EXPECT_EQ(world.ask(*client, "not JSON"), exceeded);
    EXPECT_FALSE(client->transport.closed);
    EXPECT_EQ(world.subscribers("a"), 0U);
    EXPECT_TRUE(world.hooks().empty()) << "a message that was not handled was told";
}

TEST(SessionRateLimit, CountsEveryMessage) {
    SessionWorld world(limited(3, 10, false));
    const auto client = world.connect();
    world.send(*client, "not JSON");
    world.send(*client, R"({"event":"mine"})");
    world.send(*client, R"({"event":"pusher:pong"})");
    EXPECT_EQ(world.ask(*client, ping), exceeded);
}

TEST(SessionRateLimit, BeginsAWindowWithItsFirstMessage) {
    SessionWorld world(limited(2, 10, false));
    const auto client = world.connect();
    world.now += 123'456;
    const std::uint64_t begun = world.now;
    EXPECT_EQ(world.ask(*client, ping), pong);
    world.now = begun + 9'000;
    EXPECT_EQ(world.ask(*client, ping), pong);
    world.now = begun + 9'999;
    EXPECT_EQ(world.ask(*client, ping), exceeded);
    world.now = begun + 10'000;
    EXPECT_EQ(world.ask(*client, ping), pong);
    EXPECT_EQ(world.ask(*client, ping), pong);
    world.now = begun + 19'999;
    EXPECT_EQ(world.ask(*client, ping), exceeded);
    world.now = begun + 20'000;
    EXPECT_EQ(world.ask(*client, ping), pong);
}

// Closed with a code after which clients come back later: 4301 as a close would be for good.
TEST(SessionRateLimit, ClosesWhereTheSettingSaysSo) {
    SessionWorld world(limited(1, 10, true));
    const auto client = world.connect();
    EXPECT_EQ(world.ask(*client, ping), pong);
    EXPECT_EQ(world.ask(*client, ping), exceeded);
    EXPECT_EQ(client->transport.closed, CloseCode::backoff);
}

TEST(SessionRateLimit, IsEachConnectionsOwn) {
    SessionWorld world(limited(1, 10, false));
    const auto first = world.connect();
    const auto second = world.connect();
    EXPECT_EQ(world.ask(*first, ping), pong);
    EXPECT_EQ(world.ask(*second, ping), pong);
    EXPECT_EQ(world.ask(*first, ping), exceeded);
}

TEST(SessionRateLimit, IsOffUnlessEnabled) {
    Application application = limited(1, 10, true);
    application.rate_limit.enabled = false;
    SessionWorld world(application);
    const auto client = world.connect();
    for (int i = 0; i < 1'000; ++i) {
        EXPECT_EQ(world.ask(*client, ping), pong);
    }
}

}  // namespace
}  // namespace reverb
