// Command lines of the form --name=value and --name. Reading one removes it; what is left at the
// end was not known. Throws std::invalid_argument with the option's name and value.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace reverb::bench {

class Arguments {
  public:
    Arguments(int argc, char** argv);

    [[nodiscard]] std::string text(const std::string& name, const std::string& fallback);
    [[nodiscard]] std::uint64_t number(const std::string& name, std::uint64_t fallback);
    [[nodiscard]] bool flag(const std::string& name);
    // Throws for an option that nobody asked for.
    void finish() const;

  private:
    std::map<std::string, std::string> values_;
};

}  // namespace reverb::bench
