// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/embed/progress_meter.h"

#include <utility>

namespace oodscope::embed {
namespace {

constexpr std::chrono::milliseconds kReportEvery{50};
constexpr std::chrono::seconds kWindow{10};
constexpr double kShortestSpan = 0.2;  // seconds: below it a speed is noise

}  // namespace

ProgressMeter::ProgressMeter(ProgressFn report, std::string stage, std::uint64_t done, std::uint64_t total)
    : m_report(std::move(report)), m_lastReport(Clock::now()) {
    m_progress.stage = std::move(stage);
    m_progress.unit = "images";
    m_progress.done = done;
    m_progress.total = total;
    m_history.emplace_back(m_lastReport, done);
    if (m_report) m_report(m_progress);
}

void ProgressMeter::add(std::uint64_t images) {
    const std::lock_guard lock(m_mutex);
    m_progress.done += images;
    const auto now = Clock::now();
    if (now - m_lastReport >= kReportEvery) send(now);
}

void ProgressMeter::flush() {
    const std::lock_guard lock(m_mutex);
    send(Clock::now());
}

void ProgressMeter::send(Clock::time_point now) {
    m_lastReport = now;
    m_history.emplace_back(now, m_progress.done);
    // One entry older than the window stays, so that slow batches still give a speed.
    while (m_history.size() > 2 && now - m_history[1].first > kWindow)
        m_history.pop_front();
    const double seconds = std::chrono::duration<double>(now - m_history.front().first).count();
    if (seconds >= kShortestSpan) {
        m_progress.perSecond = static_cast<double>(m_progress.done - m_history.front().second) / seconds;
        const auto left = static_cast<double>(m_progress.total - m_progress.done);
        m_progress.secondsLeft = m_progress.perSecond > 0 ? left / m_progress.perSecond : -1;
    }
    if (m_report) m_report(m_progress);
}

}  // namespace oodscope::embed
