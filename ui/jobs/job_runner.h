// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QPointer>
#include <QString>
#include <QThreadPool>
#include <QTimer>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "ui/jobs/job_errors.h"

namespace oodscope::ui {

using JobId = quint64;  // 0: none

enum class JobState { Queued, Running, Stopping, Done, Failed, Cancelled };
/// Background jobs (a panel's own refresh) are not announced: they are no user's concern.
enum class JobVisibility { Shown, Background };

template <class T>
using JobWork = std::function<Result<T>(std::stop_token, const ProgressFn&)>;
template <class T>
using JobDone = std::function<void(Result<T>)>;

/// Runs core functions off the GUI thread: the only way in the window. Lives on the GUI thread, as must every receiver.
/// Work is never interrupted, only asked to stop; an exception it lets out becomes an Error.
/// Note [hand-over]: closures and results cross threads inside `Shared` under its mutex; Qt only wakes the other side.
class JobRunner : public QObject {
    Q_OBJECT
public:
    explicit JobRunner(QObject* parent = nullptr);
    /// Asks every job to stop and waits for them; nothing is delivered any more.
    ~JobRunner() override;

    /// `done` is called on the receiver's thread, unless the receiver is gone by then.
    template <class T>
    JobId start(const QString& title, JobWork<T> work, QObject* receiver, JobDone<T> done,
                JobVisibility visibility = JobVisibility::Shown);

    void cancel(JobId id);
    void cancelAll();
    bool isActive(JobId id) const { return m_jobs.contains(id); }
    int activeCount() const { return static_cast<int>(m_jobs.size()); }
    static constexpr int kProgressIntervalMs = 50;  // so at most 20 a second

Q_SIGNALS:
    void started(quint64 id, const QString& title);
    void stopping(quint64 id);
    void progressed(quint64 id, const oodscope::Progress& progress);
    /// After `done`. `message` holds the error's text, empty when done or cancelled.
    void finished(quint64 id, oodscope::ui::JobState state, const QString& message);

private:
    struct Outcome {
        JobState state = JobState::Done;
        QString message;
        std::function<void()> deliver;
    };
    using Body = std::function<Outcome(std::stop_token, const ProgressFn&)>;
    struct Shared;
    struct Job {
        QString title;
        JobVisibility visibility = JobVisibility::Shown;
        std::stop_source stop;
    };

    JobId launch(const QString& title, JobVisibility visibility, QObject* receiver, Body body);
    void drain();
    void emitProgress();
    void finish(JobId id, Outcome& outcome);
    template <class T>
    static Outcome outcomeOf(Result<T> result, JobDone<T> done);

    std::shared_ptr<Shared> m_shared;
    std::map<JobId, Job> m_jobs;
    std::map<JobId, QPointer<QObject>> m_receivers;
    QThreadPool m_pool;
    QTimer m_progressTimer;
    JobId m_lastId = 0;
};

template <class T>
JobRunner::Outcome JobRunner::outcomeOf(Result<T> result, JobDone<T> done) {
    Outcome outcome;
    if (!result) {
        const bool wasCancelled = result.error().code == ErrorCode::Cancelled;
        outcome.state = wasCancelled ? JobState::Cancelled : JobState::Failed;
        if (!wasCancelled) outcome.message = QString::fromStdString(result.error().message);
    }
    auto held = std::make_shared<Result<T>>(std::move(result));
    outcome.deliver = [held, done = std::move(done)] {
        if (done) done(std::move(*held));
    };
    return outcome;
}

template <class T>
JobId JobRunner::start(const QString& title, JobWork<T> work, QObject* receiver, JobDone<T> done,
                       JobVisibility visibility) {
    Body body = [work = std::move(work), done = std::move(done)](std::stop_token stop, const ProgressFn& progress) {
        return outcomeOf<T>(withoutExceptions<T>([&] { return work(stop, progress); }), done);
    };
    return launch(title, visibility, receiver, std::move(body));
}

}  // namespace oodscope::ui

Q_DECLARE_METATYPE(oodscope::ui::JobState)
Q_DECLARE_METATYPE(oodscope::Progress)
