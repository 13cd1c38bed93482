#include "http/signature.h"

#include <gtest/gtest.h>

#include <cctype>
#include <chrono>
#include <cstdint>
#include <limits>
#include <string>

#include "base/hmac.h"

namespace reverb {
namespace {

using std::chrono::seconds;

// The example of Pusher's documentation of its HTTP API.
constexpr std::string_view key = "278d425bdf160c739803";
constexpr std::string_view secret = "7ad3773142a6692b25b8";
constexpr std::string_view path = "/apps/3/events";
constexpr std::string_view body =
    R"({"name":"foo","channels":["project-3"],"data":"{\"some\":\"data\"}"})";
constexpr std::int64_t then = 1'353'088'179;
constexpr std::string_view documented_query =
    "auth_key=278d425bdf160c739803&auth_timestamp=1353088179&auth_version=1.0&"
    "body_md5=ec365a775a4cd0599faeb73354201b6f&"
    "auth_signature=da454824c97ba181a32ccc17a72625ba02771f50b50e1e7430e47a1f3f457e6c";

class Signature : public testing::Test {
  protected:
    Signature() {
        app.id = "3";
        app.key = key;
        app.secret = secret;
        request = {"POST", std::string(path), "", std::string(body)};
    }

    [[nodiscard]] bool valid(std::string_view query, std::int64_t now = then,
                             seconds tolerance = seconds(600)) const {
        return signature_valid(app, request, path, Query::parse(query), now, tolerance);
    }

    // `parameters`, sorted by name already, and their signature: as an SDK would send them.
    [[nodiscard]] std::string sign(const std::string& parameters) const {
        const std::string text = request.method + "\n" + std::string(path) + "\n" + parameters;
        return parameters + "&auth_signature=" + hmac_sha256_hex(app.secret, text);
    }

    Application app;
    HttpRequest request;
};

std::string upper(std::string text) {
    for (char& one : text) {
        one = static_cast<char>(std::toupper(static_cast<unsigned char>(one)));
    }
    return text;
}

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
    std::string result(text);
    const std::size_t at = result.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return result.replace(at, from.size(), to);
}

TEST_F(Signature, OfPushersExampleIsValid) {
    EXPECT_TRUE(valid(documented_query));
}

TEST_F(Signature, IsMadeAsInPushersExample) {
    EXPECT_EQ(signed_query(key, secret, "POST", path, body, then), documented_query);
}

TEST_F(Signature, OfACallWithoutBodyIsValid) {
    request = {"GET", std::string(path), "", ""};
    const std::string query = signed_query(key, secret, "GET", path, "", then);
    EXPECT_EQ(query.find("body_md5"), std::string::npos);
    EXPECT_TRUE(valid(query));
}

TEST_F(Signature, DependsOnNoOrder) {
    request.body.clear();
    EXPECT_TRUE(valid("info=user_count&" +
                      replaced(sign("auth_key=278d425bdf160c739803&auth_timestamp=1353088179&"
                                    "auth_version=1.0&info=user_count"),
                               "&info=user_count", "")));
}

TEST_F(Signature, IsOfTheDecodedParameters) {
    request.body.clear();
    const std::string query = sign(
        "auth_key=278d425bdf160c739803&auth_timestamp=1353088179&filter_by_prefix=a b/é&info=1,2");
    EXPECT_TRUE(valid(replaced(query, "a b/é&info=1,2", "a+b%2F%C3%A9&info[]=1&info[]=2")));
}

TEST_F(Signature, CoversMethodPathBodyAndEveryParameter) {
    const auto still_valid = [this](const HttpRequest& changed, std::string_view changed_path) {
        return signature_valid(app, changed, changed_path, Query::parse(documented_query), then,
                               seconds(600));
    };
    ASSERT_TRUE(still_valid(request, path));
    HttpRequest changed = request;
    changed.method = "PUT";
    EXPECT_FALSE(still_valid(changed, path));
    changed = request;
    changed.body += " ";
    EXPECT_FALSE(still_valid(changed, path));
    changed.body.clear();
    EXPECT_FALSE(still_valid(changed, path));
    EXPECT_FALSE(still_valid(request, "/apps/4/events"));
    EXPECT_FALSE(still_valid(request, "/prefix/apps/3/events"));

    EXPECT_FALSE(valid(std::string(documented_query) + "&info=user_count"));
    EXPECT_FALSE(valid(replaced(documented_query, "1.0", "1.1")));
    EXPECT_FALSE(valid(replaced(documented_query, "auth_version=1.0&", "")));
    EXPECT_FALSE(valid(replaced(documented_query, "1353088179", "1353088180")));
}

TEST_F(Signature, CoversEveryCopyOfAParameter) {
    EXPECT_FALSE(valid("auth_version=2.0&" + std::string(documented_query)));
    EXPECT_FALSE(valid("auth_key=x&" + std::string(documented_query)));
    EXPECT_FALSE(valid("body_md5=x&" + std::string(documented_query)));
}

TEST_F(Signature, MustBeThere) {
    EXPECT_FALSE(valid(""));
    EXPECT_FALSE(valid(documented_query.substr(0, documented_query.find("&auth_signature"))));
    EXPECT_FALSE(valid(replaced(documented_query, "da454824", "")));
    EXPECT_FALSE(valid(replaced(documented_query, "da454824", "da454825")));
    EXPECT_FALSE(valid(documented_query.substr(0, documented_query.find("da454824"))));  // empty
    EXPECT_FALSE(valid(std::string(documented_query) + "&auth_signature=x"));
}

TEST_F(Signature, IsLowerCaseHex) {
    const std::string hex(documented_query.substr(documented_query.find("da454824")));
    EXPECT_FALSE(valid(replaced(documented_query, hex, upper(hex))));
}

TEST_F(Signature, NeedsTheKeyOfTheApplication) {
    EXPECT_FALSE(
        valid(sign("auth_key=other&auth_timestamp=1353088179&auth_version=1.0&"
                   "body_md5=ec365a775a4cd0599faeb73354201b6f")));
    EXPECT_FALSE(
        valid(sign("auth_timestamp=1353088179&auth_version=1.0&"
                   "body_md5=ec365a775a4cd0599faeb73354201b6f")));
    app.secret = "other";
    EXPECT_FALSE(valid(documented_query));
}

TEST_F(Signature, NeedsTheDigestOfTheBody) {
    const std::string start =
        "auth_key=278d425bdf160c739803&auth_timestamp=1353088179&"
        "auth_version=1.0";
    ASSERT_TRUE(valid(sign(start + "&body_md5=ec365a775a4cd0599faeb73354201b6f")));
    EXPECT_FALSE(valid(sign(start)));
    EXPECT_FALSE(valid(sign(start + "&body_md5=")));
    EXPECT_FALSE(valid(sign(start + "&body_md5=d41d8cd98f00b204e9800998ecf8427e")));
    EXPECT_FALSE(valid(sign(start + "&body_md5=EC365A775A4CD0599FAEB73354201B6F")));

    request.body.clear();
    EXPECT_TRUE(valid(sign(start)));
    EXPECT_TRUE(valid(sign(start + "&body_md5=d41d8cd98f00b204e9800998ecf8427e")));
    EXPECT_FALSE(valid(sign(start + "&body_md5=ec365a775a4cd0599faeb73354201b6f")));
}

TEST_F(Signature, IsOfTheLastTenMinutesAndTheNext) {
    EXPECT_TRUE(valid(documented_query, then + 600));
    EXPECT_TRUE(valid(documented_query, then - 600));
    EXPECT_FALSE(valid(documented_query, then + 601));
    EXPECT_FALSE(valid(documented_query, then - 601));
    EXPECT_TRUE(valid(documented_query, then + 601, seconds(601)));
    EXPECT_TRUE(valid(documented_query, then + 1'000'000, seconds(0)));
    EXPECT_TRUE(valid(documented_query, 0, seconds(std::numeric_limits<std::int64_t>::max())));
}

TEST_F(Signature, NeedsATimestampThatIsANumber) {
    request.body.clear();
    for (const char* timestamp :
         {"", "x", "1353088179x", " 1353088179", "1353088179.5", "+1353088179", "0x50a6",
          "99999999999999999999", "9223372036854775807", "-9223372036854775808", "-1"}) {
        const std::string query =
            sign("auth_key=278d425bdf160c739803&auth_timestamp=" + std::string(timestamp));
        // A plus in a query is a space.
        EXPECT_FALSE(valid(query)) << timestamp;
    }
    EXPECT_FALSE(valid(sign("auth_key=278d425bdf160c739803")));
    EXPECT_TRUE(valid(sign("auth_key=278d425bdf160c739803"), then, seconds(0)));
    EXPECT_TRUE(valid(sign("auth_key=278d425bdf160c739803&auth_timestamp=x"), then, seconds(0)));
}

TEST_F(Signature, EncodesAKeyThatNeedsIt) {
    app.key = "a key&more=é";
    request = {"POST", std::string(path), "", "{}"};
    const std::string query = signed_query(app.key, app.secret, "POST", path, "{}", then);
    EXPECT_EQ(query.find("auth_key=a%20key%26more%3D%C3%A9&"), 0U);
    EXPECT_TRUE(valid(query));
}

}  // namespace
}  // namespace reverb
