#include "base/hmac.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>

namespace reverb {
namespace {

TEST(HmacSha256, GivesTheVectorsOfRfc4231) {
    EXPECT_EQ(hmac_sha256_hex(std::string(20, '\x0b'), "Hi There"),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    EXPECT_EQ(hmac_sha256_hex("Jefe", "what do ya want for nothing?"),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(hmac_sha256_hex(std::string(20, '\xaa'), std::string(50, '\xdd')),
              "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    EXPECT_EQ(hmac_sha256_hex(std::string(131, '\xaa'),
                              "Test Using Larger Than Block-Size Key - Hash Key First"),
              "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

// The examples of Pusher's documentation of channel authorisation.
TEST(HmacSha256, SignsChannelsAsPusherDoes) {
    EXPECT_EQ(hmac_sha256_hex("7ad3773142a6692b25b8", "1234.1234:private-foobar"),
              "58df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a4");
    EXPECT_EQ(
        hmac_sha256_hex(
            "7ad3773142a6692b25b8",
            R"(1234.1234:presence-foobar:{"user_id":10,"user_info":{"name":"Mr. Channels"}})"),
        "31935e7d86dba64c2a90aed31fdc61869f9b22ba9d8863bba239c03ca481bc80");
}

TEST(HmacSha256, TakesAnEmptySecretAndMessage) {
    const char* const of_nothing =
        "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad";
    EXPECT_EQ(hmac_sha256_hex("", ""), of_nothing);
    EXPECT_NE(hmac_sha256_hex("secret", ""), of_nothing);
    // Not the key from before.
    EXPECT_EQ(hmac_sha256_hex(std::string_view(), std::string_view()), of_nothing);
}

// The last secret's state is kept.
TEST(HmacSha256, IsNotMisledByTheSecretBefore) {
    const auto jefe = [] { return hmac_sha256_hex("Jefe", "what do ya want for nothing?"); };
    const std::string alone = jefe();
    for (const std::string& other :
         {std::string(), std::string("Jef"), std::string("Jefe\0", 5), std::string(64, 'J'),
          std::string(65, 'J'), std::string(1'000, 'J')}) {
        const std::string signature = hmac_sha256_hex(other, "what do ya want for nothing?");
        EXPECT_EQ(signature, hmac_sha256_hex(other, "what do ya want for nothing?"));
        EXPECT_EQ(jefe(), alone);
        EXPECT_EQ(signature, hmac_sha256_hex(other, "what do ya want for nothing?"));
    }
}

TEST(HmacSha256, WorksOnEveryThread) {
    std::string other;
    std::thread([&other] {
        other = hmac_sha256_hex("Jefe", "what do ya want for nothing?");
    }).join();
    EXPECT_EQ(other, hmac_sha256_hex("Jefe", "what do ya want for nothing?"));
}

TEST(Md5, GivesTheVectorsOfRfc1321) {
    EXPECT_EQ(md5_hex(""), "d41d8cd98f00b204e9800998ecf8427e");
    EXPECT_EQ(md5_hex("a"), "0cc175b9c0f1b6a831c399e269772661");
    EXPECT_EQ(md5_hex("message digest"), "f96b697d7cb7938d525a2f31aaf161d0");
    EXPECT_EQ(md5_hex("abcdefghijklmnopqrstuvwxyz"), "c3fcd3d76192e4007dfb496cca67e13b");
}

TEST(EqualConstantTime, ComparesLengthAndEveryByte) {
    EXPECT_TRUE(equal_constant_time("", ""));
    EXPECT_TRUE(equal_constant_time("abc", "abc"));
    EXPECT_FALSE(equal_constant_time("abc", "abd"));
    EXPECT_FALSE(equal_constant_time("abc", "bbc"));
    EXPECT_FALSE(equal_constant_time("abc", "ABC"));
    EXPECT_FALSE(equal_constant_time("abc", "ab"));
    EXPECT_FALSE(equal_constant_time("", "a"));
}

}  // namespace
}  // namespace reverb
