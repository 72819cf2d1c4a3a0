// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace oodscope {

/// Where a long operation stands. Sent from whatever thread does the work, at most about 20 times a second.
struct Progress {
    std::string stage;          // what is being done, e.g. "embedding cifar10/test"
    std::string unit;           // what is counted: "images", "epochs", …
    std::uint64_t done = 0;
    std::uint64_t total = 0;    // 0: not known
    double perSecond = 0;       // 0: not known yet
    double secondsLeft = -1;    // negative: not known yet
    std::vector<std::pair<std::string, double>> values;  // live figures: {"loss", 0.31}, {"accuracy", 0.87}
};

/// May be empty. Must be thread-safe: workers call it.
using ProgressFn = std::function<void(const Progress&)>;

}  // namespace oodscope
