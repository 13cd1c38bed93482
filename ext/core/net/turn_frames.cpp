#include "net/turn_frames.h"

namespace reverb {

namespace {

// Joined bytes that are kept for others at the same place: where nearly each connection has a
// sequence of its own, copies of them all would only take memory.
constexpr std::size_t most_joined = 1U << 20U;

void append_all(std::string& bytes, const TurnFrames::Place* place, std::size_t size) {
    bytes.resize(size);
    for (; place != nullptr; place = place->before()) {
        const std::string& frame = place->last()->bytes();
        size -= frame.size();
        frame.copy(bytes.data() + size, frame.size());
    }
}

}  // namespace

TurnFrames::Place* TurnFrames::append_new(Place* at, const FramePtr& frame) {
    Place& place = places_.emplace_back();
    place.frame_ = frame;
    place.before_ = at;
    place.frames_ = 1 + (at == nullptr ? 0 : at->frames_);
    place.bytes_ = frame->size() + (at == nullptr ? 0 : at->bytes_);
    (at == nullptr ? first_ : at->next_) = &place;
    return &place;
}

std::string_view TurnFrames::join(Place& place) {
    if (place.frames_ == 1) {
        return place.frame_->bytes();
    }
    if (!place.joined_.empty()) {
        return place.joined_;
    }
    if (joined_ + place.bytes_ <= most_joined) {
        joined_ += place.bytes_;
        append_all(place.joined_, &place, place.bytes_);
        return place.joined_;
    }
    if (in_scratch_ != &place) {
        in_scratch_ = &place;
        append_all(scratch_, &place, place.bytes_);
    }
    return scratch_;
}

void TurnFrames::forget() noexcept {
    places_.clear();
    first_ = in_scratch_ = nullptr;
    joined_ = 0;
}

}  // namespace reverb
