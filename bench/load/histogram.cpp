#include "load/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace reverb::bench {

namespace {

constexpr unsigned sub_bits = 5;  // 2^5 buckets to each power of two
constexpr std::uint64_t sub_buckets = 1U << sub_bits;

std::size_t bucket_of(std::uint64_t value) noexcept {
    if (value < sub_buckets) {
        return value;
    }
    const auto shift = static_cast<unsigned>(std::bit_width(value)) - sub_bits - 1;
    return (shift << sub_bits) + (value >> shift);
}

// The middle of the bucket.
double value_of(std::size_t bucket) noexcept {
    if (bucket < 2 * sub_buckets) {
        return static_cast<double>(bucket);
    }
    const std::size_t shift = (bucket >> sub_bits) - 1;
    const std::uint64_t low = (bucket - (shift << sub_bits)) << shift;
    return static_cast<double>(low) + static_cast<double>(std::uint64_t{1} << shift) / 2;
}

}  // namespace

Histogram::Histogram() : buckets_((64 - sub_bits + 1) << sub_bits) {
}

void Histogram::add(std::chrono::nanoseconds value, std::uint64_t times) noexcept {
    const auto nanoseconds = std::max<std::int64_t>(value.count(), 0);
    buckets_[bucket_of(static_cast<std::uint64_t>(nanoseconds))] += times;
    count_ += times;
}

double Histogram::percentile_us(double share) const noexcept {
    const auto rank = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < buckets_.size() && count_ > 0; ++bucket) {
        seen += buckets_[bucket];
        if (seen >= std::max<std::uint64_t>(rank, 1)) {
            return value_of(bucket) / 1'000;
        }
    }
    return 0;
}

void Histogram::clear() noexcept {
    std::fill(buckets_.begin(), buckets_.end(), 0);
    count_ = 0;
}

}  // namespace reverb::bench
