// A signed call is valid, and no byte of it may change; whoever does not know the secret gets
// nothing in.
#include <string>

#include "base/hmac.h"
#include "fuzz/check.h"
#include "http/signature.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace reverb;
    using fuzz::check;
    using std::chrono::seconds;
    constexpr std::int64_t now = 1'700'000'000;

    std::string_view rest = fuzz::as_text(data, size);
    const std::string_view sent_query = fuzz::take_part(rest);
    const std::string_view path = fuzz::take_part(rest);
    const std::string_view key = fuzz::take_part(rest);
    const std::string_view body = rest;

    Application app;
    app.key = key;
    app.secret = "a secret that no input can hold, since it is signed for: " + md5_hex(sent_query);
    const HttpRequest request{"POST", std::string(path), std::string(sent_query),
                              std::string(body)};

    check(!signature_valid(app, request, path, Query::parse(sent_query), now, seconds(0)),
          "nobody guesses a signature");

    const std::string query = signed_query(key, app.secret, "POST", path, body, now);
    const auto valid = [&](const std::string& text, const HttpRequest& with) {
        return signature_valid(app, with, path, Query::parse(text), now, seconds(600));
    };
    check(valid(query, request), "what is signed is valid");
    check(!signature_valid(app, request, path, Query::parse(query), now + 601, seconds(600)),
          "not for ever");

    HttpRequest changed = request;
    changed.body.push_back('x');
    check(!valid(query, changed), "the body is signed");
    changed = request;
    changed.method = "PUT";
    check(!valid(query, changed), "the method is signed");
    check(!signature_valid(app, request, std::string(path) + "x", Query::parse(query), now,
                           seconds(600)),
          "the path is signed");
    // More parameters than were signed; one without a name counts for nothing either way.
    if (!sent_query.empty()) {
        const Query more = Query::parse(std::string(sent_query) + "&" + query);
        const bool only_signatures = [&more] {
            std::size_t others = 0;
            for (const auto& field : more.all()) {
                others += field.first != "auth_signature" ? 1 : 0;
            }
            return others;
        }() == Query::parse(query).all().size() - 1;
        check(only_signatures || !signature_valid(app, request, path, more, now, seconds(600)),
              "every parameter is signed");
    }
    if (size > 0) {
        std::string other = query;
        const std::size_t at = query.size() - 1 - data[0] % 64;
        other[at] = other[at] == '0' ? '1' : '0';
        check(!valid(other, request), "the signature is compared whole");
    }
    return 0;
}
