// What a call into the core came to. The call itself is C++ and must not touch PHP; the outcome is
// kept in the thread's state, and once every C++ frame has ended it becomes a return value or an
// exception of PHP. So neither an exception of C++ nor a longjmp of PHP crosses the other side.
#pragma once

#include <exception>
#include <string>
#include <utility>

#include "php_reverb.h"
#include "publish.h"

namespace reverb::binding {

struct Outcome {
    enum class Kind {
        done,           // no answer belongs to it
        answered,       // code: HTTP status; text: the body
        configuration,  // setting; text
        connect,        // code: errno; text
        unknown,        // text
        failed,         // text
    };

    Kind kind = Kind::done;
    long code = 0;
    std::string setting;
    std::string text;

    void answer(Answer answer) noexcept;
    // Sorts the exception being handled.
    void failure() noexcept;
};

// Runs `work`, which must not call PHP; whatever it throws is in `outcome` afterwards.
template <typename Work>
void attempt(Outcome& outcome, Work&& work) noexcept {
    outcome.kind = Outcome::Kind::done;
    try {
        std::forward<Work>(work)();
    } catch (...) {
        outcome.failure();
    }
}

// PHP's side: throws for every outcome but `done` and an answer with status 200.
// Returns whether it threw.
bool throw_unless_good(const Outcome& outcome);

// PHP's side: the whole answer as an array. Throws where it is no JSON object.
void return_object(const Outcome& outcome, zval* return_value);

// PHP's side: the answer as publish() returns it: attributes by channel. Throws where it is no
// answer to a publish.
void return_answer(const Outcome& outcome, zval* return_value);

}  // namespace reverb::binding
