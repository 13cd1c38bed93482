// The tests' program, which is also the node of a cluster that a test runs in a process of its own.
#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "support/node_process.h"

int main(int argc, char** argv) {
    using reverb::testing::NodeProcess;
    if (argc == 3 && std::strcmp(argv[1], NodeProcess::word) == 0) {
        NodeProcess::run(static_cast<std::uint16_t>(std::stoi(argv[2])));
    }
    ::testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
