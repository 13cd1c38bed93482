#include "net/host_lookup.h"

#include <pthread.h>

#include <cstdint>
#include <map>
#include <mutex>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/quiet_thread.h"

namespace reverb {

using std::chrono::milliseconds;

// A look-up that goes on, with a thread of its own.
struct HostLookup::Asked {
    std::string host;
    std::uint64_t since = monotonic_ms();
    std::vector<HostLookup*> listeners;
};

// What all look-ups of the process share. Each thread holds it, since it may outlive the statics.
struct HostLookup::Process {
    struct Name {
        std::shared_ptr<Asked> last;  // none: it has its answer
        unsigned threads = 0;
    };

    std::mutex mutex;
    std::map<std::string, Name> names;  // that are being looked up

    static std::shared_ptr<Process>& current() {
        static auto process = std::make_shared<Process>();
        return process;
    }

    // The threads are not in a child, which may have a server of its own, nor is whoever held the
    // mutex.
    static void on_fork() { current() = std::make_shared<Process>(); }

    // With the mutex held.
    static std::shared_ptr<Asked> ask(const std::shared_ptr<Process>& process,
                                      const std::string& host, milliseconds shared) {
        const auto found = process->names.find(host);
        if (found != process->names.end()) {
            const Name& name = found->second;
            if (name.last != nullptr && milliseconds(monotonic_ms() - name.last->since) < shared) {
                return name.last;
            }
            if (name.threads == most_at_once) {
                throw std::runtime_error(std::to_string(most_at_once) +
                                         " look-ups of it hang, and one has to end first");
            }
        }
        auto asked = std::make_shared<Asked>();
        asked->host = host;
        try {
            quiet_thread([process, asked] { process->run(*asked); }).detach();
        } catch (const std::system_error& error) {
            throw std::runtime_error(std::string("there is no thread to look it up: ") +
                                     error.what());
        }
        Name& name = process->names[host];
        name.last = asked;
        ++name.threads;
        return asked;
    }

    void run(Asked& asked) {
        const HostAddresses addresses = resolve_host(asked.host);
        const std::scoped_lock lock(mutex);
        for (const HostLookup* const listener : asked.listeners) {
            listener->found_(addresses);
        }
        asked.listeners.clear();
        const auto name = names.find(asked.host);
        if (name->second.last.get() == &asked) {
            name->second.last.reset();
        }
        if (--name->second.threads == 0) {
            names.erase(name);
        }
    }
};

HostLookup::HostLookup(const std::string& host, Found found, milliseconds shared)
    : process_(Process::current()), found_(std::move(found)) {
    static const int registered = ::pthread_atfork(nullptr, nullptr, Process::on_fork);
    (void)registered;
    const std::scoped_lock lock(process_->mutex);
    asked_ = Process::ask(process_, host, shared);
    asked_->listeners.push_back(this);
}

HostLookup::~HostLookup() {
    const std::scoped_lock lock(process_->mutex);
    std::erase(asked_->listeners, this);
}

}  // namespace reverb
