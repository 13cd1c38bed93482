// Whatever a server answers to an HTTP publish: the same whether it comes at once or in pieces.
#include <string>

#include "fuzz/check.h"
#include "publisher/http_reply.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace reverb;
    using State = HttpReply::State;
    using fuzz::check;
    const std::string_view bytes = fuzz::as_text(data, size);
    const std::size_t step = size == 0 ? 1 : 1 + data[0] % 7;

    HttpReply at_once;
    const State whole = at_once.feed(bytes);
    HttpReply in_pieces;
    State pieces = State::incomplete;
    for (std::size_t i = 0; i < size; i += step) {
        pieces = in_pieces.feed(bytes.substr(i, step));
    }
    check(whole == pieces, "pieces end as the whole does");
    check(at_once.end() == in_pieces.end(), "so does the connection's end");
    check(at_once.reusable() == in_pieces.reusable(), "and what becomes of the connection");
    if (at_once.end() == State::complete) {
        const Answer answer = at_once.take();
        const Answer other = in_pieces.take();
        check(answer.status == other.status && answer.body == other.body, "the answer is one");
        check(answer.status >= 200 && answer.status <= 999, "with a final status");
        check(answer.body.size() <= size, "and no more than came");
    }
    return 0;
}
