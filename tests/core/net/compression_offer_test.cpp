#include "net/compression_offer.h"

#include <gtest/gtest.h>

#include <string>

namespace reverb {
namespace {

const std::string agreed = "; server_no_context_takeover; client_no_context_takeover";
const std::string agreed_with_window = agreed + "; server_max_window_bits=12";

std::string answer_to(std::string_view header) {
    return agree_on_compression(header).parameters;
}

TEST(CompressionOffer, IsAccepted) {
    for (const std::string header : {
             "permessage-deflate",
             "permessage-deflate; client_max_window_bits",
             "permessage-deflate;client_max_window_bits=8",
             "permessage-deflate; client_max_window_bits=15",
             "permessage-deflate; client_max_window_bits=\"10\"",
             "permessage-deflate; server_no_context_takeover",
             "permessage-deflate; client_no_context_takeover",
             "permessage-deflate; client_no_context_takeover; server_no_context_takeover",
             "  permessage-deflate  ;  client_max_window_bits  =  10 ",
             "x-webkit-deflate-frame, permessage-deflate",
             "bbf-usp-protocol; a; b=c; d=\"e\", permessage-deflate",
             ", ,permessage-deflate,",
         }) {
        EXPECT_EQ(answer_to(header), agreed) << header;
    }
}

TEST(CompressionOffer, MayAskForAWindowOfTheServers) {
    for (const std::string bits : {"12", "13", "14", "15", "\"12\""}) {
        EXPECT_EQ(answer_to("permessage-deflate; server_max_window_bits=" + bits),
                  agreed_with_window)
            << bits;
    }
    EXPECT_EQ(answer_to("permessage-deflate; server_max_window_bits=15; client_max_window_bits; "
                        "client_no_context_takeover; server_no_context_takeover"),
              agreed_with_window);
}

TEST(CompressionOffer, IsDeclinedWhereItCannotBeHad) {
    for (const std::string header : {
             "",
             "permessage-deflat",
             "permessage-deflate-2",
             "Permessage-Deflate",
             "permessage-bzip2",
             "permessage-deflate; unknown",
             "permessage-deflate; Server_no_context_takeover",
             "permessage-deflate; client_max_window_bits; unknown=1",
             "permessage-deflate; server_no_context_takeover=1",
             "permessage-deflate; client_no_context_takeover=true",
             "permessage-deflate; server_max_window_bits",
             "permessage-deflate; server_max_window_bits=8",
             "permessage-deflate; server_max_window_bits=11",
             "permessage-deflate; server_max_window_bits=16",
             "permessage-deflate; server_max_window_bits=012",
             "permessage-deflate; server_max_window_bits=12x",
             "permessage-deflate; server_max_window_bits=-12",
             "permessage-deflate; server_max_window_bits=99999999999999999999",
             "permessage-deflate; client_max_window_bits=7",
             "permessage-deflate; client_max_window_bits=16",
             "permessage-deflate; client_max_window_bits=08",
             "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
             "permessage-deflate; client_no_context_takeover; client_no_context_takeover",
             "permessage-deflate; client_max_window_bits; client_max_window_bits=10",
             "permessage-deflate; server_max_window_bits=15; server_max_window_bits=15",
         }) {
        EXPECT_EQ(answer_to(header), "") << header;
        EXPECT_EQ(agree_on_compression(header).offers, 0U) << header;
    }
}

TEST(CompressionOffer, IsTheFirstThatCanBeHad) {
    EXPECT_EQ(answer_to("permessage-deflate; server_max_window_bits=10, permessage-deflate"),
              agreed);
    EXPECT_EQ(answer_to("permessage-deflate; server_max_window_bits=14, permessage-deflate"),
              agreed_with_window);
    EXPECT_EQ(answer_to("permessage-deflate, permessage-deflate; server_max_window_bits=14"),
              agreed);
    EXPECT_EQ(answer_to("permessage-deflate; unknown, permessage-deflate; server_max_window_bits, "
                        "permessage-deflate; server_max_window_bits=13"),
              agreed_with_window);
}

TEST(CompressionOffer, IsCountedBesideThoseThatAreDeclined) {
    EXPECT_EQ(agree_on_compression("permessage-deflate").offers, 1U);
    EXPECT_EQ(agree_on_compression("permessage-deflate; unknown, other, permessage-deflate").offers,
              2U);
    EXPECT_EQ(agree_on_compression("permessage-deflate, permessage-deflate; unknown").offers, 2U);
}

TEST(CompressionOffer, IsNoneInAHeaderThatIsNone) {
    for (const std::string header : {
             "permessage-deflate;",
             "permessage-deflate; ;",
             "permessage-deflate; =12",
             "permessage-deflate; client_max_window_bits=",
             "permessage-deflate; client_max_window_bits=\"10",
             "permessage-deflate; client_max_window_bits=\"\"",
             "permessage-deflate; client_max_window_bits=\"1,permessage-deflate\"",
             "permessage-deflate client_max_window_bits",
             "permessage-deflate, \"permessage-deflate\"",
             "permessage-deflate, @",
             "other =, permessage-deflate",
             "\xff, permessage-deflate",
             "foo;\tpermessage-deflate, permessage-deflate",
         }) {
        EXPECT_EQ(answer_to(header), "") << header;
    }
    EXPECT_EQ(answer_to(std::string_view("permessage-deflate\0", 19)), "");
}

}  // namespace
}  // namespace reverb
