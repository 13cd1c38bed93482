#include "app/application_lookups.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "support/application.h"

namespace reverb {
namespace {

using By = ApplicationName::By;
using State = FoundApplication::State;
using std::chrono::milliseconds;

constexpr std::uint64_t ttl = 60'000;
constexpr std::uint64_t timeout = 5'000;

Application named(const std::string& id, const std::string& key) {
    Application application = testing::test_application();
    application.id = id;
    application.key = key;
    return application;
}

struct World {
    State by_key(const std::string& key) { return lookups.find(By::key, key, now).state; }
    State by_id(const std::string& id) { return lookups.find(By::id, id, now).state; }
    // The one question there is.
    ApplicationName question() {
        auto name = lookups.question();
        EXPECT_TRUE(name);
        EXPECT_FALSE(lookups.question());
        return name.value_or(ApplicationName{});
    }
    void answer(const std::optional<Application>& application) {
        lookups.answer(question(), application, now);
    }

    std::uint64_t now = 1'000'000;
    int asked = 0;
    std::vector<ApplicationName> answered;
    ApplicationUsages usages{1};
    ApplicationLookups lookups{usages, milliseconds(ttl), milliseconds(timeout),
                               [this] { ++asked; },
                               [this](const ApplicationName& name) { answered.push_back(name); }};
};

TEST(ApplicationLookups, AskOnceHoweverManyWait) {
    World world;
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(world.by_key("key"), State::awaited);
    }
    EXPECT_EQ(world.asked, 1);
    EXPECT_EQ(world.question(), (ApplicationName{By::key, "key"}));
    EXPECT_EQ(world.by_key("key"), State::awaited);
    EXPECT_FALSE(world.lookups.question());
}

TEST(ApplicationLookups, KnowAnApplicationByBothNamesOnceAnswered) {
    World world;
    EXPECT_EQ(world.by_key("key"), State::awaited);
    world.answer(named("1", "key"));
    EXPECT_EQ(world.answered, (std::vector<ApplicationName>{{By::key, "key"}, {By::id, "1"}}));
    const auto found = world.lookups.find(By::key, "key", world.now);
    ASSERT_EQ(found.state, State::known);
    EXPECT_EQ(found.application->settings().id, "1");
    EXPECT_EQ(world.lookups.find(By::id, "1", world.now).application, found.application);
    EXPECT_EQ(world.asked, 1);
}

TEST(ApplicationLookups, KeepAMissAsWell) {
    World world;
    EXPECT_EQ(world.by_key("nobody"), State::awaited);
    world.answer(std::nullopt);
    EXPECT_EQ(world.answered, (std::vector<ApplicationName>{{By::key, "nobody"}}));
    world.now += ttl - 1;
    EXPECT_EQ(world.by_key("nobody"), State::unknown);
    EXPECT_EQ(world.asked, 1);
    world.now += 1;
    EXPECT_EQ(world.by_key("nobody"), State::awaited);
    EXPECT_EQ(world.asked, 2);
}

// MySQL finds "KEY" for "key".
TEST(ApplicationLookups, TakeAnApplicationOfAnotherNameForNone) {
    World world;
    EXPECT_EQ(world.by_key("KEY"), State::awaited);
    world.answer(named("1", "key"));
    EXPECT_EQ(world.by_key("KEY"), State::unknown);
    EXPECT_EQ(world.by_key("key"), State::awaited);
    world.answer(named("1", "key"));
    EXPECT_EQ(world.by_id("01"), State::awaited);
    world.answer(named("1", "key"));
    EXPECT_EQ(world.by_id("01"), State::unknown);
}

TEST(ApplicationLookups, ServeAKnownOneOnWhileItIsAskedForAgain) {
    World world;
    EXPECT_EQ(world.by_key("key"), State::awaited);
    world.answer(named("1", "key"));
    world.now += ttl;
    EXPECT_EQ(world.by_key("key"), State::known);
    EXPECT_EQ(world.asked, 2);
    EXPECT_EQ(world.by_key("key"), State::known);
    Application changed = named("1", "key");
    changed.secret = "changed";
    world.answer(changed);
    EXPECT_EQ(world.lookups.find(By::key, "key", world.now).application->settings().secret,
              "changed");
    EXPECT_EQ(world.lookups.find(By::id, "1", world.now).application->settings().secret, "changed");
    EXPECT_EQ(world.asked, 2);
}

TEST(ApplicationLookups, ServeNothingThatIsTwiceAsOldAsItMayBe) {
    World world;
    EXPECT_EQ(world.by_key("key"), State::awaited);
    world.answer(named("1", "key"));
    world.now += 2 * ttl;
    EXPECT_EQ(world.by_key("key"), State::awaited);
    world.answer(std::nullopt);
    EXPECT_EQ(world.by_key("key"), State::unknown);
}

// A listener of one of its connections may ask this server, on the thread that answers.
TEST(ApplicationLookups, LetNobodyWaitForAnApplicationWithConnections) {
    World world;
    EXPECT_EQ(world.by_key("key"), State::awaited);
    world.answer(named("1", "key"));
    ApplicationUsage& usage = *world.usages.of("1");
    ASSERT_TRUE(usage.admit_connection(std::nullopt));
    world.now += 10 * ttl;
    world.lookups.expire(world.now);
    EXPECT_EQ(world.by_id("1"), State::known);
    EXPECT_EQ(world.asked, 2);
    world.answer(std::nullopt);
    EXPECT_EQ(world.by_id("1"), State::unknown);
    EXPECT_EQ(world.by_key("key"), State::known) << "asked for anew";
    world.answer(named("1", "key"));
    usage.release_connection();
    world.now += 2 * ttl;
    EXPECT_EQ(world.by_id("1"), State::awaited);
}

TEST(ApplicationLookups, AreOverAfterTheTimeout) {
    World world;
    EXPECT_EQ(world.by_key("key"), State::awaited);
    world.now += timeout - 1;
    EXPECT_EQ(world.by_key("key"), State::awaited);
    world.now += 1;
    EXPECT_EQ(world.by_key("key"), State::unavailable);
    EXPECT_EQ(world.asked, 1);
    world.answer(named("1", "key"));
    EXPECT_EQ(world.by_key("key"), State::known);
}

TEST(ApplicationLookups, TryAgainSoonAfterAFailure) {
    World world;
    EXPECT_EQ(world.by_key("key"), State::awaited);
    world.lookups.fail(world.question(), world.now);
    EXPECT_EQ(world.answered.size(), 1U);
    EXPECT_EQ(world.by_key("key"), State::unavailable);
    world.now += 1'000;
    EXPECT_EQ(world.by_key("key"), State::awaited);
    EXPECT_EQ(world.asked, 2);
}

// A database that is down keeps nobody out whose application was known.
TEST(ApplicationLookups, ServeWhatTheyKnowAsLongAsAskingFails) {
    World world;
    EXPECT_EQ(world.by_key("key"), State::awaited);
    world.answer(named("1", "key"));
    world.now += ttl;
    for (int seconds = 0; seconds < 300; ++seconds) {
        EXPECT_EQ(world.by_key("key"), State::known);
        world.lookups.fail(world.question(), world.now);
        EXPECT_EQ(world.by_key("key"), State::known);
        EXPECT_FALSE(world.lookups.question());
        world.now += 1'000;
    }
    EXPECT_EQ(world.by_key("key"), State::known);
    world.answer(std::nullopt);
    EXPECT_EQ(world.by_key("key"), State::unknown);
}

TEST(ApplicationLookups, AskForNoNameThatCannotBe) {
    World world;
    EXPECT_EQ(world.by_key(""), State::unknown);
    EXPECT_EQ(world.by_key("\xFF\xFE"), State::unknown);
    EXPECT_EQ(world.by_key(std::string(ApplicationLookups::longest_name + 1, 'k')), State::unknown);
    EXPECT_EQ(world.asked, 0);
    EXPECT_EQ(world.by_key(std::string(ApplicationLookups::longest_name, 'k')), State::awaited);
}

TEST(ApplicationLookups, LetOnlySoManyWait) {
    World world;
    for (std::size_t i = 0; i < ApplicationLookups::max_questions; ++i) {
        ASSERT_EQ(world.by_key("key" + std::to_string(i)), State::awaited);
    }
    EXPECT_EQ(world.by_key("one more"), State::unavailable);
    EXPECT_EQ(world.by_key("key0"), State::awaited);
    // Taken is not answered.
    const auto first = world.lookups.question();
    EXPECT_EQ(world.by_key("one more"), State::unavailable);
    world.lookups.answer(first.value(), std::nullopt, world.now);
    EXPECT_EQ(world.by_key("one more"), State::awaited);
}

TEST(ApplicationLookups, WakeWheneverTheQueueWasEmpty) {
    World world;
    EXPECT_EQ(world.by_key("a"), State::awaited);
    EXPECT_EQ(world.by_key("b"), State::awaited);
    EXPECT_EQ(world.asked, 1);
    (void)world.lookups.question();
    (void)world.lookups.question();
    EXPECT_EQ(world.by_key("c"), State::awaited);
    EXPECT_EQ(world.asked, 2);
}

TEST(ApplicationLookups, ForgetMadeUpNamesBeforeThereAreTooMany) {
    World world;
    EXPECT_EQ(world.by_key("key"), State::awaited);
    world.answer(named("1", "key"));
    for (std::size_t i = 0; i < ApplicationLookups::max_unknown + 10; ++i) {
        ASSERT_EQ(world.by_key("made up " + std::to_string(i)), State::awaited);
        world.answer(std::nullopt);
    }
    EXPECT_EQ(world.by_key("key"), State::known);
    EXPECT_EQ(world.by_key("made up 0"), State::awaited);
}

TEST(ApplicationLookups, CountWhereTheApplicationCountedBefore) {
    World world;
    EXPECT_EQ(world.by_key("key"), State::awaited);
    world.answer(named("1", "key"));
    const auto before = world.lookups.find(By::key, "key", world.now).application;
    EXPECT_TRUE(before->usage().admit_connection(1));
    world.now += 3 * ttl;
    world.lookups.expire(world.now);
    EXPECT_EQ(world.by_id("1"), State::known);
    world.answer(named("1", "key"));
    const auto after = world.lookups.find(By::id, "1", world.now).application;
    EXPECT_NE(after, before);
    EXPECT_FALSE(after->usage().admit_connection(1));
}

TEST(ApplicationLookups, ForgetApplicationsThatNobodyUsesAnyMore) {
    World world;
    EXPECT_EQ(world.by_key("key"), State::awaited);
    world.answer(named("1", "key"));
    world.now += 2 * ttl;
    world.lookups.expire(world.now);
    EXPECT_EQ(world.usages.find("1"), nullptr);
}

TEST(ApplicationLookups, MayBeAskedByManyThreadsWhileOneAnswers) {
    ApplicationUsages usages(1);
    ApplicationLookups lookups(
        usages, milliseconds(1), milliseconds(timeout), [] {}, [](const ApplicationName&) {});
    constexpr int enough = 10'000;
    std::atomic<int> known{0};
    std::atomic<int> wrong{0};
    std::atomic<bool> done{false};
    std::vector<std::jthread> askers;
    askers.reserve(3);
    for (int thread = 0; thread < 3; ++thread) {
        askers.emplace_back([&] {
            for (std::uint64_t turn = 1; known < enough; ++turn) {
                const std::string name = std::to_string(turn % 7);
                const auto found = lookups.find(turn % 2 == 0 ? By::id : By::key, name, turn / 10);
                if (found.state == State::known) {
                    ++(found.application->settings().id == name ? known : wrong);
                }
            }
        });
    }
    std::jthread answerer([&] {
        std::uint64_t now = 1;
        while (!done) {
            if (const auto name = lookups.question()) {
                lookups.answer(*name, named(name->value, name->value), now);
            }
            lookups.expire(++now);
        }
    });
    askers.clear();
    done = true;
    answerer.join();
    EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace reverb
