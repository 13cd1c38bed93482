#include "app/applications.h"

#include <gtest/gtest.h>

#include "server_config.h"
#include "support/application.h"

namespace reverb {
namespace {

Application named(const std::string& id, const std::string& key, const std::string& secret = "s") {
    Application application;
    application.id = id;
    application.key = key;
    application.secret = secret;
    return application;
}

TEST(Applications, FindsByIdAndByKey) {
    const Applications applications({named("1", "a"), named("2", "b")});
    ASSERT_EQ(applications.by_id("2").state, FoundApplication::State::known);
    EXPECT_EQ(applications.by_id("2").application->settings().key, "b");
    EXPECT_EQ(applications.by_key("b").application, applications.by_id("2").application);
    EXPECT_EQ(applications.by_id("b").state, FoundApplication::State::unknown);
    EXPECT_EQ(applications.by_key("2").state, FoundApplication::State::unknown);
    EXPECT_EQ(applications.by_key("").state, FoundApplication::State::unknown);
}

TEST(Applications, MayBeNone) {
    const Applications applications({});
    EXPECT_EQ(applications.by_id("1").state, FoundApplication::State::unknown);
    EXPECT_EQ(applications.connections(), 0U);
}

TEST(Applications, AddUpWhatTheirApplicationsCount) {
    const Applications applications({named("1", "a"), named("2", "b")});
    EXPECT_TRUE(applications.by_id("1").application->usage().admit_connection(std::nullopt));
    EXPECT_TRUE(applications.by_id("2").application->usage().admit_connection(std::nullopt));
    EXPECT_TRUE(applications.by_id("2").application->usage().admit_connection(std::nullopt));
    applications.by_id("2").application->usage().channel_created();
    EXPECT_EQ(applications.connections(), 3U);
    EXPECT_EQ(applications.channels(), 1U);
    EXPECT_EQ(applications.by_id("1").application->usage().connections(), 1U);
}

TEST(Applications, RefuseWhatCannotBeServedAndNameTheSetting) {
    struct Row {
        std::vector<Application> applications;
        std::string setting;
        std::string value;  // that the message must name, or empty
    };
    const Row rows[] = {
        {{named("", "a")}, "apps.0.app_id", ""},
        {{named("1", "")}, "apps.0.key", ""},
        {{named("1", "a", "")}, "apps.0.secret", ""},
        {{named("1", "a"), named("", "b")}, "apps.1.app_id", ""},
        {{named("1", "a"), named("1", "b")}, "apps.1.app_id", "\"1\""},
        {{named("1", "a"), named("2", "a")}, "apps.1.key", "\"a\""},
    };
    for (const Row& row : rows) {
        try {
            const Applications applications(row.applications);
            FAIL() << row.setting;
        } catch (const ConfigError& error) {
            EXPECT_EQ(error.setting(), row.setting);
            EXPECT_NE(std::string(error.what()).find(row.value), std::string::npos) << error.what();
        }
    }
}

}  // namespace
}  // namespace reverb
