// What a run found: one line of JSON on the standard output. One thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace reverb::bench {

class Report {
  public:
    void add(std::string_view name, double value);
    void add(std::string_view name, std::uint64_t value);
    void print() const;

  private:
    void add_raw(std::string_view name, const std::string& value);

    std::string fields_;
};

}  // namespace reverb::bench
