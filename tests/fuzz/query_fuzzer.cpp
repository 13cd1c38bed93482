// Whatever stands behind the question mark: names and values, and what is encoded decodes again.
#include <string>

#include "fuzz/check.h"
#include "http/query.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace reverb;
    using fuzz::check;
    const std::string_view text = fuzz::as_text(data, size);

    check(percent_decode(text, false).size() <= size, "decoding makes nothing longer");
    check(percent_decode(percent_encode(text), false) == text, "what is encoded decodes again");
    check(percent_decode(percent_encode(text), true) == text, "in a query too");

    const Query query = Query::parse(text);
    std::size_t total = 0;
    std::string again;
    for (const auto& [name, value] : query.all()) {
        total += name.size() + value.size();
        check(query.get(name).has_value(), "every name has a value");
        again += percent_encode(name) + "=" + percent_encode(value) + "&";
    }
    check(total <= size, "parsing makes nothing longer");
    check(query.all().empty() || query.get(query.all().back().first) == query.all().back().second,
          "the last value counts");
    check(!query.get(std::string(size + 1, 'x')).has_value(), "there are no other names");
    // Names that look like array elements are joined, in the first reading only where they came.
    if (text.find('[') == std::string_view::npos && text.find('%') == std::string_view::npos) {
        check(Query::parse(again).all() == query.all(), "what is written reads back the same");
    }
    return 0;
}
