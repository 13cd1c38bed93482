#include "net/compression_offer.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "base/deflate.h"

namespace reverb {

namespace {

constexpr unsigned least_window_bits = 8;
constexpr unsigned most_window_bits = 15;

bool of_token(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return std::isalnum(byte) != 0 ||
           (byte != 0 && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos);
}

// Reads the header from its front (RFC 6455, 9.1).
class Reader {
  public:
    explicit Reader(std::string_view text) : rest_(text) {}

    [[nodiscard]] bool done() {
        skip_blanks();
        return rest_.empty();
    }
    // Whether that character came next; it is left behind then.
    bool take(char c) {
        skip_blanks();
        if (!rest_.starts_with(c)) {
            return false;
        }
        rest_.remove_prefix(1);
        return true;
    }
    // Empty where there is none.
    std::string_view token() {
        skip_blanks();
        const auto* const end = std::find_if_not(rest_.begin(), rest_.end(), of_token);
        const std::string_view found =
            rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
        rest_.remove_prefix(found.size());
        return found;
    }
    // A token, in quotes or not.
    std::string_view value() {
        const bool quoted = take('"');
        const std::string_view found = token();
        return !quoted || take('"') ? found : std::string_view();
    }

  private:
    // Not tabs: for libwebsockets they end a name, so it would count other offers than there are.
    void skip_blanks() {
        rest_.remove_prefix(std::min(rest_.find_first_not_of(' '), rest_.size()));
    }

    std::string_view rest_;
};

struct Parameter {
    std::string_view name;
    std::optional<std::string_view> value;
};

// A number without leading zeros that is a size of a window.
std::optional<unsigned> window_bits(std::string_view text) {
    for (unsigned bits = least_window_bits; bits <= most_window_bits; ++bits) {
        if (text == std::to_string(bits)) {
            return bits;
        }
    }
    return std::nullopt;
}

// One offer of the extension, as its parameters come.
class Offer {
  public:
    void add(const Parameter& parameter) {
        bool* const seen = known(parameter);
        acceptable_ = acceptable_ && seen != nullptr && !*seen;
        if (seen != nullptr) {
            *seen = true;
        }
    }
    [[nodiscard]] bool acceptable() const noexcept { return acceptable_; }
    [[nodiscard]] std::string answer() const {
        std::string parameters = "; server_no_context_takeover; client_no_context_takeover";
        if (server_window_) {
            parameters.append("; server_max_window_bits=")
                .append(std::to_string(Deflater::window_bits));
        }
        return parameters;
    }

  private:
    // Where it is noted that the parameter came; null for one that is unknown, or whose value is
    // not valid or asks for what cannot be had.
    bool* known(const Parameter& parameter) {
        const auto bits = parameter.value ? window_bits(*parameter.value) : std::nullopt;
        if (parameter.name == "server_no_context_takeover") {
            return parameter.value ? nullptr : &server_forgets_;
        }
        if (parameter.name == "client_no_context_takeover") {
            return parameter.value ? nullptr : &client_forgets_;
        }
        if (parameter.name == "server_max_window_bits") {
            return bits && *bits >= Deflater::window_bits ? &server_window_ : nullptr;
        }
        if (parameter.name == "client_max_window_bits") {
            // Any window of a client's can be read.
            return bits || !parameter.value ? &client_window_ : nullptr;
        }
        return nullptr;
    }

    bool acceptable_ = true;
    bool server_forgets_ = false;
    bool client_forgets_ = false;
    bool server_window_ = false;
    bool client_window_ = false;
};

}  // namespace

CompressionAgreement agree_on_compression(std::string_view header) {
    Reader reader(header);
    CompressionAgreement agreement;
    while (!reader.done()) {
        if (reader.take(',')) {
            continue;
        }
        const std::string_view extension = reader.token();
        if (extension.empty()) {
            return {};
        }
        Offer offer;
        while (reader.take(';')) {
            Parameter parameter{reader.token(), std::nullopt};
            if (reader.take('=')) {
                parameter.value = reader.value();
            }
            if (parameter.name.empty() || (parameter.value && parameter.value->empty())) {
                return {};
            }
            offer.add(parameter);
        }
        if (!reader.done() && !reader.take(',')) {
            return {};
        }
        if (extension != compression_extension) {
            continue;
        }
        ++agreement.offers;
        if (agreement.parameters.empty() && offer.acceptable()) {
            agreement.parameters = offer.answer();
        }
    }
    return agreement.parameters.empty() ? CompressionAgreement{} : agreement;
}

}  // namespace reverb
