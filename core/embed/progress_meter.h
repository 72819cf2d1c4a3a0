// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>

#include "core/base/progress.h"

namespace oodscope::embed {

/// Counts images from several threads and reports at most 20 times a second, one report at a time and in order.
/// The speed is that of the last ten seconds; images that an earlier run finished count as done, not as speed.
class ProgressMeter {
public:
    ProgressMeter(ProgressFn report, std::string stage, std::uint64_t done, std::uint64_t total);

    void add(std::uint64_t images);
    /// Reports where it stands now, however short ago the last report was.
    void flush();

private:
    using Clock = std::chrono::steady_clock;
    void send(Clock::time_point now);

    ProgressFn m_report;
    std::mutex m_mutex;
    Progress m_progress;
    Clock::time_point m_lastReport;
    std::deque<std::pair<Clock::time_point, std::uint64_t>> m_history;
};

}  // namespace oodscope::embed
