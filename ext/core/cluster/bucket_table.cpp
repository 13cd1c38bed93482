#include "cluster/bucket_table.h"

namespace reverb {

bool BucketTable::use(const std::string& bucket) {
    const std::scoped_lock lock(mutex_);
    Bucket& used = buckets_[bucket];
    ++used.channels;
    used.idle = false;
    return used.confirmed;
}

void BucketTable::unuse(std::string_view bucket) {
    const std::scoped_lock lock(mutex_);
    if (const auto found = buckets_.find(bucket); found != buckets_.end()) {
        --found->second.channels;
    }
}

void BucketTable::confirm(std::string_view bucket, bool confirmed) {
    const std::scoped_lock lock(mutex_);
    if (const auto found = buckets_.find(bucket); found != buckets_.end()) {
        found->second.confirmed = confirmed;
    }
}

std::vector<std::string> BucketTable::take_idle() {
    const std::scoped_lock lock(mutex_);
    std::vector<std::string> idle;
    for (auto& [name, bucket] : buckets_) {
        if (bucket.channels == 0 && bucket.idle) {
            idle.push_back(name);
        }
        bucket.idle = bucket.channels == 0;
    }
    for (const std::string& name : idle) {
        buckets_.erase(name);
    }
    return idle;
}

void BucketTable::down(bool down) {
    const std::scoped_lock lock(mutex_);
    down_ = down;
}

bool BucketTable::down() const {
    const std::scoped_lock lock(mutex_);
    return down_;
}

}  // namespace reverb
