// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/job_runner.h"

#include <QThread>
#include <algorithm>

namespace oodscope::ui {

/// What the pool's threads and the GUI thread hand each other; see Note [hand-over].
struct JobRunner::Shared {
    std::mutex mutex;
    std::map<JobId, std::pair<Body, std::stop_token>> waiting;
    std::map<JobId, Progress> progress;  // the newest of each job, not yet shown
    std::vector<std::pair<JobId, Outcome>> finished;
    bool wakePosted = false;

    template <class F>
    void change(JobRunner* runner, F&& f) {
        bool wake = false;
        {
            const std::lock_guard lock(mutex);
            f();
            wake = !std::exchange(wakePosted, true);
        }
        // The runner outlives its threads: its destructor waits for the pool.
        if (wake)
            QMetaObject::invokeMethod(
                runner, [runner] { runner->drain(); }, Qt::QueuedConnection);
    }
};

JobRunner::JobRunner(QObject* parent) : QObject(parent), m_shared(std::make_shared<Shared>()) {
    m_pool.setMaxThreadCount(std::max(4, QThread::idealThreadCount()));
    m_progressTimer.setSingleShot(true);
    connect(&m_progressTimer, &QTimer::timeout, this, &JobRunner::emitProgress);
}

JobRunner::~JobRunner() {
    for (auto& [id, job] : m_jobs)
        job.stop.request_stop();
    m_pool.waitForDone();
}

JobId JobRunner::launch(const QString& title, JobVisibility visibility, QObject* receiver, Body body) {
    Q_ASSERT(thread() == QThread::currentThread());
    Q_ASSERT(receiver && receiver->thread() == thread());
    const JobId id = ++m_lastId;
    Job job{title, visibility, {}};
    {
        const std::lock_guard lock(m_shared->mutex);
        m_shared->waiting.emplace(id, std::pair(std::move(body), job.stop.get_token()));
    }
    m_jobs.emplace(id, std::move(job));
    m_receivers.emplace(id, receiver);
    if (visibility == JobVisibility::Shown) Q_EMIT started(id, title);
    m_pool.start([this, id] {
        std::pair<Body, std::stop_token> work;
        {
            const std::lock_guard lock(m_shared->mutex);
            work = std::move(m_shared->waiting.extract(id).mapped());
        }
        const ProgressFn report = [this, id](const Progress& progress) {
            m_shared->change(this, [&] { m_shared->progress[id] = progress; });
        };
        Outcome outcome = work.first(work.second, report);
        m_shared->change(this, [&] { m_shared->finished.emplace_back(id, std::move(outcome)); });
    });
    return id;
}

void JobRunner::cancel(JobId id) {
    const auto it = m_jobs.find(id);
    if (it == m_jobs.end() || !it->second.stop.request_stop()) return;
    if (it->second.visibility == JobVisibility::Shown) Q_EMIT stopping(id);
}

void JobRunner::cancelAll() {
    std::vector<JobId> ids;
    for (const auto& [id, job] : m_jobs)
        ids.push_back(id);
    for (const JobId id : ids)
        cancel(id);
}

void JobRunner::drain() {
    std::vector<std::pair<JobId, Outcome>> finished;
    bool hasProgress = false;
    {
        const std::lock_guard lock(m_shared->mutex);
        m_shared->wakePosted = false;
        finished.swap(m_shared->finished);
        hasProgress = !m_shared->progress.empty();
    }
    // The last figures of a job come before its end, at whatever moment it ends.
    if (!finished.empty()) {
        emitProgress();
    } else if (hasProgress && !m_progressTimer.isActive()) {
        m_progressTimer.start(kProgressIntervalMs);
    }
    for (auto& [id, outcome] : finished)
        finish(id, outcome);
}

void JobRunner::emitProgress() {
    std::map<JobId, Progress> progress;
    {
        const std::lock_guard lock(m_shared->mutex);
        progress.swap(m_shared->progress);
    }
    for (const auto& [id, value] : progress) {
        const auto it = m_jobs.find(id);
        if (it != m_jobs.end() && it->second.visibility == JobVisibility::Shown) Q_EMIT progressed(id, value);
    }
}

void JobRunner::finish(JobId id, Outcome& outcome) {
    const auto job = m_jobs.extract(id);
    const auto receiver = m_receivers.extract(id);
    if (!receiver.empty() && receiver.mapped()) outcome.deliver();
    if (job.mapped().visibility == JobVisibility::Shown) Q_EMIT finished(id, outcome.state, outcome.message);
}

}  // namespace oodscope::ui
