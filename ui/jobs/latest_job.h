// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <utility>

#include "ui/jobs/job_runner.h"

namespace oodscope::ui {

/// Latest wins: starting again asks the job before to stop and drops its result, should it still come.
class LatestJob {
public:
    explicit LatestJob(JobRunner* runner) : m_runner(runner), m_generation(std::make_shared<quint64>(0)) {}
    ~LatestJob() { ++*m_generation; }
    LatestJob(const LatestJob&) = delete;
    LatestJob& operator=(const LatestJob&) = delete;

    template <class T>
    JobId start(const QString& title, JobWork<T> work, QObject* receiver, JobDone<T> done,
                JobVisibility visibility = JobVisibility::Background) {
        drop();
        JobDone<T> guarded = [generation = m_generation, mine = *m_generation,
                              done = std::move(done)](Result<T> result) {
            if (*generation == mine) done(std::move(result));
        };
        m_current = m_runner->start<T>(title, std::move(work), receiver, std::move(guarded), visibility);
        return m_current;
    }

    /// Asks the running job to stop; its result will not arrive.
    void drop() {
        ++*m_generation;
        if (m_current && m_runner) m_runner->cancel(std::exchange(m_current, 0));
    }

private:
    QPointer<JobRunner> m_runner;
    std::shared_ptr<quint64> m_generation;
    JobId m_current = 0;
};

}  // namespace oodscope::ui
