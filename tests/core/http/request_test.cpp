#include "http/request.h"

#include <gtest/gtest.h>

namespace reverb {
namespace {

TEST(HttpResponse, IsJsonOrText) {
    const HttpResponse json = HttpResponse::json("{}");
    EXPECT_EQ(json.status, 200);
    EXPECT_EQ(json.body, "{}");
    EXPECT_EQ(json.content_type, "application/json");
    EXPECT_TRUE(json.headers.empty());
    EXPECT_EQ(HttpResponse::json("{}", 400).status, 400);

    const HttpResponse text = HttpResponse::text(404, "Not found.");
    EXPECT_EQ(text.status, 404);
    EXPECT_EQ(text.body, "Not found.");
    EXPECT_EQ(text.content_type, "text/plain; charset=utf-8");
}

TEST(ReasonPhrase, IsThatOfTheStatus) {
    EXPECT_STREQ(reason_phrase(200), "OK");
    EXPECT_STREQ(reason_phrase(404), "Not Found");
    EXPECT_STREQ(reason_phrase(431), "Request Header Fields Too Large");
    EXPECT_STREQ(reason_phrase(503), "Service Unavailable");
    for (const int status :
         {400, 401, 403, 405, 408, 411, 413, 414, 422, 426, 429, 500, 501, 505}) {
        EXPECT_STRNE(reason_phrase(status), "Unknown") << status;
    }
    EXPECT_STREQ(reason_phrase(299), "Unknown");
}

}  // namespace
}  // namespace reverb
