#include "http/upgrade.h"

#include <gtest/gtest.h>

#include "support/api_world.h"

namespace reverb {
namespace {

using testing::header;

UpgradeRequest good() {
    return {.method = "GET",
            .version = "HTTP/1.1",
            .target = "/app/app-key",
            .upgrade = "websocket",
            .connection = "Upgrade",
            .websocket_version = "13",
            .websocket_key = "dGhlIHNhbXBsZSBub25jZQ=="};
}

TEST(Upgrade, TakesAGoodRequest) {
    EXPECT_FALSE(upgrade_refusal(good(), ""));
    for (const char* connection : {"upgrade", "keep-alive, Upgrade", "keep-alive ,\tUPGRADE , x"}) {
        UpgradeRequest request = good();
        request.connection = connection;
        EXPECT_FALSE(upgrade_refusal(request, "")) << connection;
    }
    UpgradeRequest request = good();
    request.upgrade = "WebSocket";
    request.target = "/prefix/app/app-key";
    EXPECT_FALSE(upgrade_refusal(request, "/prefix"));
}

TEST(Upgrade, RefusesAllOthers) {
    struct Row {
        void (*spoil)(UpgradeRequest&);
        int status;
        const char* named;  // what the answer must say
    };
    const Row rows[] = {
        {[](UpgradeRequest& r) { r.upgrade = "h2c"; }, 400, "only upgrade"},
        {[](UpgradeRequest& r) { r.method = "POST"; }, 400, "GET"},
        {[](UpgradeRequest& r) { r.method = "HEAD"; }, 400, "GET"},
        {[](UpgradeRequest& r) { r.version = "HTTP/1.0"; }, 400, "HTTP/1.1"},
        {[](UpgradeRequest& r) { r.one_host = false; }, 400, "one Host"},
        {[](UpgradeRequest& r) { r.body = true; }, 400, "no body"},
        {[](UpgradeRequest& r) { r.connection = ""; }, 400, "Connection"},
        {[](UpgradeRequest& r) { r.connection = "keep-alive"; }, 400, "Connection"},
        {[](UpgradeRequest& r) { r.connection = "upgrades, un upgrade"; }, 400, "Connection"},
        {[](UpgradeRequest& r) { r.websocket_version = ""; }, 426, "version"},
        {[](UpgradeRequest& r) { r.websocket_version = "8"; }, 426, "version"},
        {[](UpgradeRequest& r) { r.websocket_key = ""; }, 400, "Sec-WebSocket-Key"},
        {[](UpgradeRequest& r) { r.websocket_key.pop_back(); }, 400, "Sec-WebSocket-Key"},
        {[](UpgradeRequest& r) { r.websocket_key[3] = '-'; }, 400, "Sec-WebSocket-Key"},
        {[](UpgradeRequest& r) { r.websocket_key[21] = '='; }, 400, "Sec-WebSocket-Key"},
        {[](UpgradeRequest& r) { r.subprotocols = true; }, 400, "subprotocols"},
        {[](UpgradeRequest& r) { r.target = "/app/"; }, 404, "Not found"},
        {[](UpgradeRequest& r) { r.target = "/apps/app-key"; }, 404, "Not found"},
        {[](UpgradeRequest& r) { r.target = "/prefix/app/app-key"; }, 404, "Not found"},
    };
    for (const Row& row : rows) {
        UpgradeRequest request = good();
        row.spoil(request);
        const auto refusal = upgrade_refusal(request, "");
        ASSERT_TRUE(refusal) << row.named;
        EXPECT_EQ(refusal->status, row.status) << row.named;
        EXPECT_NE(refusal->body.find(row.named), std::string::npos) << refusal->body;
        EXPECT_EQ(header(*refusal, "Connection"), "close");
    }
}

TEST(Upgrade, NamesTheVersionThatIsSpoken) {
    UpgradeRequest request = good();
    request.websocket_version = "12";
    const auto refusal = upgrade_refusal(request, "");
    ASSERT_TRUE(refusal);
    EXPECT_EQ(header(*refusal, "Upgrade"), "websocket");
    EXPECT_EQ(header(*refusal, "Sec-WebSocket-Version"), "13");
}

}  // namespace
}  // namespace reverb
