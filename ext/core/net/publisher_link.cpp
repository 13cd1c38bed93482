#include "net/publisher_link.h"

#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "channel/publishing.h"
#include "net/io_loop.h"

namespace reverb {

namespace {

constexpr std::size_t read_size = 64U << 10U;
// A publisher that does not read its answers is cut when this many bytes of them wait.
constexpr std::size_t max_unread = 1U << 20U;

struct Write {
    uv_write_t request{};
    std::string bytes;
};

}  // namespace

PublisherLink::PublisherLink(IoLoop& loop, uv_loop_t& uv, UniqueFd fd) : loop_(loop) {
    auto pipe = std::make_unique<uv_pipe_t>();
    if (uv_pipe_init(&uv, pipe.get(), 0) != 0) {
        return;
    }
    UvHandle<uv_pipe_t> handle(pipe.release());
    if (uv_pipe_open(handle.get(), fd.get()) != 0) {
        return;
    }
    static_cast<void>(fd.release());
    handle->data = this;
    pipe_ = std::move(handle);
    if (start_reading() != 0) {
        pipe_.reset();
    }
}

PublisherLink::~PublisherLink() {
    loop_.waits().remove(*this);
    loop_.facts_waits().remove(*this);
}

int PublisherLink::start_reading() {
    return uv_read_start(
        reinterpret_cast<uv_stream_t*>(pipe_.get()),
        [](uv_handle_t* stream, std::size_t, uv_buf_t* buffer) {
            auto& link = *static_cast<PublisherLink*>(stream->data);
            if (link.inbox_.size() < link.filled_ + read_size) {
                link.inbox_.resize(link.filled_ + read_size);
            }
            *buffer = uv_buf_init(link.inbox_.data() + link.filled_,
                                  static_cast<unsigned>(link.inbox_.size() - link.filled_));
        },
        [](uv_stream_t* stream, ssize_t got, const uv_buf_t*) {
            auto& link = *static_cast<PublisherLink*>(stream->data);
            if (got < 0) {
                return link.loop_.remove(link);
            }
            link.filled_ += static_cast<std::size_t>(got);
            try {
                link.answer_all();
            } catch (const std::exception& error) {
                link.loop_.services().log("error", "Publisher Ended By A Fault", error.what());
                link.loop_.remove(link);
            }
        });
}

void PublisherLink::application_answered() {
    if (start_reading() != 0) {
        return loop_.remove(*this);
    }
    answer_all();
}

void PublisherLink::facts_arrived(FactsPtr facts) {
    facts_ = std::move(facts);
    application_answered();
}

void PublisherLink::stop_reading() {
    waiting_ = true;
    uv_read_stop(reinterpret_cast<uv_stream_t*>(pipe_.get()));
}

void PublisherLink::answer_all() {
    std::string_view rest(inbox_.data(), filled_);
    wire::Frame frame;
    wire::Split split = wire::split(rest, frame);
    Outcome outcome = Outcome::answered;
    while (outcome == Outcome::answered && split == wire::Split::whole) {
        outcome = answer(frame);
        if (outcome != Outcome::awaited) {
            rest.remove_prefix(frame.size);
            split = wire::split(rest, frame);
        }
    }
    if (outcome == Outcome::answered && split == wire::Split::bad) {
        wire::append_answer(answers_, 0, {400, "The frame's length is out of bounds."});
        outcome = Outcome::ended;
    }
    write();
    if (outcome == Outcome::ended) {
        return loop_.remove(*this);
    }
    filled_ = rest.size();
    inbox_.erase(0, static_cast<std::size_t>(rest.data() - inbox_.data()));
    // A large event's memory is not kept for the small ones that follow.
    if (filled_ == 0 && inbox_.capacity() > 2 * read_size) {
        inbox_ = {};
    }
    if (uv_stream_get_write_queue_size(reinterpret_cast<uv_stream_t*>(pipe_.get())) > max_unread) {
        loop_.remove(*this);
    }
}

PublisherLink::Outcome PublisherLink::answer(const wire::Frame& frame) {
    const std::uint32_t correlation = frame.header.correlation;
    if (frame.header.version != wire::version) {
        wire::append_answer(
            answers_, correlation,
            {505, "This server speaks version " + std::to_string(wire::version) +
                      " of the protocol, not " + std::to_string(frame.header.version) + "."});
        return Outcome::ended;
    }
    if (frame.header.type == wire::Type::status && frame.payload.empty()) {
        wire::append_answer(answers_, correlation, {200, loop_.services().status()});
        return Outcome::answered;
    }
    if (frame.header.type != wire::Type::publish) {
        wire::append_answer(answers_, correlation, {400, "The frame's type is unknown."});
        return Outcome::ended;
    }
    const auto request = wire::read_publish(frame.payload);
    if (!request) {
        wire::append_answer(answers_, correlation, {400, "The frame cannot be read."});
        return Outcome::ended;
    }
    // But what came before the server was ending is published.
    if (!std::exchange(waiting_, false) && loop_.closing()) {
        wire::append_answer(answers_, correlation, {wire::going_down, "The server is going down."});
        return Outcome::answered;
    }
    if (facts_ == nullptr) {
        if (auto question = question_of(loop_.services(), *request)) {
            stop_reading();
            loop_.ask(*this, *std::move(question));
            return Outcome::awaited;
        }
    }
    std::optional<Answer> answer = publish_event(loop_.services(), *request, facts_.get());
    if (!answer) {
        stop_reading();
        loop_.waits().add(*this, {ApplicationName::By::id, request->app_id}, monotonic_ms());
        return Outcome::awaited;
    }
    facts_.reset();
    if (answer->body.size() > wire::max_frame / 2) {
        answer = Answer{
            500, "The event was published, but the attributes asked for are too long to send."};
    }
    wire::append_answer(answers_, correlation, *answer);
    return Outcome::answered;
}

void PublisherLink::write() {
    if (answers_.empty()) {
        return;
    }
    auto* stream = reinterpret_cast<uv_stream_t*>(pipe_.get());
    uv_buf_t buffer = uv_buf_init(answers_.data(), static_cast<unsigned>(answers_.size()));
    const int written = uv_try_write(stream, &buffer, 1);
    const std::size_t done = written > 0 ? static_cast<std::size_t>(written) : 0;
    if (done < answers_.size()) {
        auto write = std::make_unique<Write>();
        write->bytes = answers_.substr(done);
        write->request.data = write.get();
        buffer = uv_buf_init(write->bytes.data(), static_cast<unsigned>(write->bytes.size()));
        const auto done_writing = [](uv_write_t* request, int) {
            std::default_delete<Write>{}(static_cast<Write*>(request->data));
        };
        if (uv_write(&write->request, stream, &buffer, 1, done_writing) == 0) {
            // libuv calls back in any case, also when the pipe is closed first.
            static_cast<void>(write.release());
        }
    }
    answers_.clear();
}

}  // namespace reverb
