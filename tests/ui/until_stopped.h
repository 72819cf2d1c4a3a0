// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <latch>
#include <semaphore>
#include <stop_token>

namespace oodscope::test {

/// Work that says when it runs and goes on only when it is told to stop.
inline void waitUntilStopped(const std::stop_token& stop, std::latch& running) {
    std::binary_semaphore woken(0);
    const std::stop_callback callback(stop, [&] { woken.release(); });
    running.count_down();
    woken.acquire();
}

}  // namespace oodscope::test
