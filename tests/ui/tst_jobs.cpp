// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTranslator>
#include <QtTest>
#include <latch>
#include <semaphore>
#include <stdexcept>
#include <thread>

#include "ui/jobs/job_model.h"
#include "ui/jobs/job_runner.h"
#include "ui/jobs/latest_job.h"
#include "ui/jobs/progress_text.h"
#include "until_stopped.h"

using namespace oodscope;
using namespace oodscope::ui;

namespace {
Result<int> untilStopped(std::stop_token stop, std::latch& running) {
    test::waitUntilStopped(stop, running);
    return cancelled();
}
}  // namespace

class JobsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void deliversOnTheReceiversThread();
    void cancelsMidWay();
    void errorTextArrives();
    void exceptionBecomesError_data();
    void exceptionBecomesError();
    void staleResultIsDropped();
    void receiverDestroyedMeansNoDelivery();
    void shutsDownWithARunningJob();
    void statusJobsAndMoveOnlyResults();
    void lastProgressArrivesBeforeTheEnd();
    void progressIsThrottled();
    void modelShowsTheJob();
    void modelKeepsACurve();
    void backgroundJobsAreNotListed();
    void durations();
    void progressIsTranslated();
};

void JobsTest::deliversOnTheReceiversThread() {
    JobRunner runner;
    QThread* deliveredOn = nullptr;
    std::atomic<QThread*> workedOn = nullptr;
    int value = 0;
    runner.start<int>(
        QStringLiteral("sum"),
        [&](std::stop_token, const ProgressFn&) -> Result<int> {
            workedOn = QThread::currentThread();
            return 42;
        },
        this,
        [&](Result<int> result) {
            deliveredOn = QThread::currentThread();
            value = result.value();
        });
    QTRY_COMPARE(value, 42);
    QCOMPARE(deliveredOn, QThread::currentThread());
    QVERIFY(workedOn.load() != QThread::currentThread());
    QCOMPARE(runner.activeCount(), 0);
}

void JobsTest::cancelsMidWay() {
    JobRunner runner;
    QSignalSpy finished(&runner, &JobRunner::finished);
    QSignalSpy stopping(&runner, &JobRunner::stopping);
    std::latch running(1);
    std::optional<Result<int>> outcome;
    const JobId id = runner.start<int>(
        QStringLiteral("long"), [&](std::stop_token stop, const ProgressFn&) { return untilStopped(stop, running); },
        this, [&](Result<int> result) { outcome = std::move(result); });
    running.wait();
    QVERIFY(runner.isActive(id));
    runner.cancel(id);
    runner.cancel(id);  // once is enough
    QCOMPARE(stopping.size(), 1);
    QTRY_COMPARE(finished.size(), 1);
    QCOMPARE(finished.at(0).at(1).value<JobState>(), JobState::Cancelled);
    QVERIFY(outcome.has_value());
    QCOMPARE(outcome->error().code, ErrorCode::Cancelled);
    QVERIFY(!runner.isActive(id));
}

void JobsTest::errorTextArrives() {
    JobRunner runner;
    QSignalSpy finished(&runner, &JobRunner::finished);
    std::string text;
    runner.start<int>(
        QStringLiteral("bad"),
        [](std::stop_token, const ProgressFn&) -> Result<int> {
            return fail(ErrorCode::BadFile, "weights.safetensors: header of 9 GB; the file is damaged");
        },
        this,
        [&](Result<int> result) {
            if (!result) text = result.error().message;
        });
    QTRY_COMPARE(finished.size(), 1);
    QCOMPARE(text, std::string("weights.safetensors: header of 9 GB; the file is damaged"));
    QCOMPARE(finished.at(0).at(1).value<JobState>(), JobState::Failed);
    QCOMPARE(finished.at(0).at(2).toString(), QString::fromStdString(text));
}

void JobsTest::exceptionBecomesError_data() {
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("code");
    QTest::newRow("runtime_error") << 0 << static_cast<int>(ErrorCode::Internal);
    QTest::newRow("bad_alloc") << 1 << static_cast<int>(ErrorCode::OutOfMemory);
    QTest::newRow("not an exception") << 2 << static_cast<int>(ErrorCode::Internal);
}

void JobsTest::exceptionBecomesError() {
    QFETCH(int, kind);
    QFETCH(int, code);
    JobRunner runner;
    std::optional<Error> error;
    runner.start<int>(
        QStringLiteral("throws"),
        [kind](std::stop_token, const ProgressFn&) -> Result<int> {
            if (kind == 0) throw std::runtime_error("boom");
            if (kind == 1) throw std::bad_alloc();
            throw 7;
        },
        this,
        [&](Result<int> result) {
            if (!result) error = result.error();
        });
    QTRY_VERIFY(error.has_value());
    QCOMPARE(static_cast<int>(error->code), code);
    if (kind == 0) QVERIFY(error->message.find("boom") != std::string::npos);
}

void JobsTest::staleResultIsDropped() {
    JobRunner runner;
    LatestJob latest(&runner);
    std::binary_semaphore goOn(0);
    std::latch firstRuns(1);
    std::atomic<bool> firstEnded = false;
    std::vector<int> values;
    latest.start<int>(
        QStringLiteral("first"),
        [&](std::stop_token, const ProgressFn&) -> Result<int> {  // does not look at its stop token
            firstRuns.count_down();
            goOn.acquire();
            firstEnded = true;
            return 1;
        },
        this, [&](Result<int> result) { values.push_back(result.value()); });
    firstRuns.wait();
    latest.start<int>(
        QStringLiteral("second"), [](std::stop_token, const ProgressFn&) -> Result<int> { return 2; }, this,
        [&](Result<int> result) { values.push_back(result.value()); });
    QTRY_COMPARE(values.size(), std::size_t{1});
    goOn.release();
    QTRY_COMPARE(runner.activeCount(), 0);
    QVERIFY(firstEnded.load());
    QCOMPARE(values, std::vector<int>{2});
}

void JobsTest::receiverDestroyedMeansNoDelivery() {
    JobRunner runner;
    QSignalSpy finished(&runner, &JobRunner::finished);
    auto receiver = std::make_unique<QObject>();
    std::binary_semaphore goOn(0);
    bool delivered = false;
    runner.start<int>(
        QStringLiteral("orphan"),
        [&](std::stop_token, const ProgressFn&) -> Result<int> {
            goOn.acquire();
            return 1;
        },
        receiver.get(), [&](Result<int>) { delivered = true; });
    receiver.reset();
    goOn.release();
    QTRY_COMPARE(finished.size(), 1);
    QVERIFY(!delivered);
}

void JobsTest::shutsDownWithARunningJob() {
    bool delivered = false;
    std::atomic<int> ended = 0;
    std::latch running(2);
    {
        JobRunner runner;
        for (int i = 0; i < 2; ++i) {
            runner.start<int>(
                QStringLiteral("running"),
                [&](std::stop_token stop, const ProgressFn&) {
                    auto result = untilStopped(stop, running);
                    ++ended;
                    return result;
                },
                this, [&](Result<int>) { delivered = true; });
        }
        running.wait();
    }
    QCOMPARE(ended.load(), 2);
    QCoreApplication::sendPostedEvents();
    QCoreApplication::processEvents();
    QVERIFY(!delivered);
}

void JobsTest::statusJobsAndMoveOnlyResults() {
    JobRunner runner;
    bool ok = false;
    int value = 0;
    runner.start<void>(
        QStringLiteral("status"), [](std::stop_token, const ProgressFn&) -> Status { return {}; }, this,
        [&](Status status) { ok = status.has_value(); });
    runner.start<std::unique_ptr<int>>(
        QStringLiteral("move only"),
        [](std::stop_token, const ProgressFn&) -> Result<std::unique_ptr<int>> { return std::make_unique<int>(5); },
        this, [&](Result<std::unique_ptr<int>> result) { value = **result; });
    QTRY_VERIFY(ok);
    QTRY_COMPARE(value, 5);
}

void JobsTest::lastProgressArrivesBeforeTheEnd() {
    JobRunner runner;
    std::vector<std::uint64_t> seen;
    bool ended = false;
    connect(&runner, &JobRunner::progressed, this, [&](quint64, const Progress& p) {
        QVERIFY(!ended);
        seen.push_back(p.done);
    });
    connect(&runner, &JobRunner::finished, this, [&] { ended = true; });
    runner.start<int>(
        QStringLiteral("counts"),
        [](std::stop_token, const ProgressFn& progress) -> Result<int> {
            for (std::uint64_t i = 1; i <= 10000; ++i)
                progress(Progress{"counting", "items", i, 10000, 0, -1, {}});
            return 0;
        },
        this, [](Result<int>) {});
    QTRY_VERIFY(ended);
    QVERIFY(!seen.empty());
    QCOMPARE(seen.back(), std::uint64_t{10000});
    QVERIFY(std::is_sorted(seen.begin(), seen.end()));
    disconnect(&runner, nullptr, this, nullptr);
}

void JobsTest::progressIsThrottled() {
    JobRunner runner;
    QSignalSpy progressed(&runner, &JobRunner::progressed);
    std::latch reported(1);
    std::binary_semaphore goOn(0);
    runner.start<int>(
        QStringLiteral("busy"),
        [&](std::stop_token, const ProgressFn& progress) -> Result<int> {
            for (std::uint64_t i = 1; i <= 5000; ++i)
                progress(Progress{"counting", "items", i, 5000, 0, -1, {}});
            reported.count_down();
            goOn.acquire();
            return 0;
        },
        this, [](Result<int>) {});
    reported.wait();
    QTRY_COMPARE(progressed.size(), 1);  // 5,000 reports, one picture: the newest
    QCOMPARE(progressed.at(0).at(1).value<Progress>().done, std::uint64_t{5000});
    goOn.release();
    QTRY_COMPARE(runner.activeCount(), 0);
    QCOMPARE(progressed.size(), 1);
}

void JobsTest::modelShowsTheJob() {
    JobRunner runner;
    JobModel model(&runner);
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    std::latch running(1);
    const JobId id = runner.start<int>(
        QStringLiteral("Embed cats"),
        [&](std::stop_token stop, const ProgressFn& progress) {
            progress(Progress{"embedding cats/test", "images", 250, 1000, 125.0, 6.0, {{"loss", 0.5}}});
            return untilStopped(stop, running);
        },
        this, [](Result<int>) {});
    QCOMPARE(model.rowCount(), 1);
    running.wait();
    QTRY_COMPARE(model.index(0, JobModel::StageColumn).data().toString(), QStringLiteral("embedding cats/test"));
    QCOMPARE(model.index(0, 0).data(JobModel::FractionRole).toDouble(), 0.25);
    QCOMPARE(model.index(0, JobModel::RateColumn).data().toString(), QStringLiteral("125 images/s"));
    QCOMPARE(model.index(0, JobModel::LeftColumn).data().toString(), QStringLiteral("6 s left"));
    QCOMPARE(model.index(0, 0).data(JobModel::ValuesRole).toString(), QStringLiteral("loss 0.5"));
    QVERIFY(!model.hasFinished());
    QVERIFY(!model.index(model.rowCount(), 0).isValid());
    QVERIFY(!model.index(-1, 0).isValid());
    QVERIFY(!model.index(0, JobModel::ColumnCount).isValid());
    QVERIFY(!model.headerData(JobModel::ColumnCount, Qt::Horizontal).isValid());
    QVERIFY(!model.headerData(-1, Qt::Horizontal).isValid());
    runner.cancel(id);
    QCOMPARE(model.index(0, 0).data(JobModel::StateRole).value<JobState>(), JobState::Stopping);
    QTRY_COMPARE(model.index(0, 0).data(JobModel::StateRole).value<JobState>(), JobState::Cancelled);
    runner.start<int>(
        QStringLiteral("Fails"),
        [](std::stop_token, const ProgressFn&) -> Result<int> { return fail(ErrorCode::Io, "disk full"); }, this,
        [](Result<int>) {});
    QTRY_COMPARE(model.index(0, 0).data(JobModel::ErrorRole).toString(), QStringLiteral("disk full"));
    QCOMPARE(model.rowCount(), 2);
    model.clearFinished();
    QCOMPARE(model.rowCount(), 0);
}

void JobsTest::modelKeepsACurve() {
    JobRunner runner;
    JobModel model(&runner);
    for (std::uint64_t i = 1; i <= 3; ++i)
        Q_EMIT runner.progressed(1, Progress{});  // of no known job: ignored
    Q_EMIT runner.started(7, QStringLiteral("train"));
    for (std::uint64_t i = 1; i <= 5000; ++i)
        Q_EMIT runner.progressed(7, Progress{"training", "epochs", i, 5000, 0, -1, {{"loss", 1.0 / double(i)}}});
    const auto& series = model.series(0);
    QCOMPARE(series.size(), std::size_t{1});
    QCOMPARE(series[0].name, QStringLiteral("loss"));
    QVERIFY(series[0].points.size() < JobModel::kSeriesPoints);
    QVERIFY(series[0].points.size() > JobModel::kSeriesPoints / 4);
    QVERIFY(series[0].points.back().x() > 4900);
    Q_EMIT runner.progressed(7, Progress{"training", "epochs", 1, 5000, 0, -1, {{"loss", 3.0}}});
    QCOMPARE(model.series(0)[0].points.size(), 1);  // a new stage starts a new curve
}

void JobsTest::backgroundJobsAreNotListed() {
    JobRunner runner;
    JobModel model(&runner);
    bool done = false;
    runner.start<int>(
        QStringLiteral("refresh"), [](std::stop_token, const ProgressFn&) -> Result<int> { return 1; }, this,
        [&](Result<int>) { done = true; }, JobVisibility::Background);
    QTRY_VERIFY(done);
    QCOMPARE(model.rowCount(), 0);
}

void JobsTest::durations() {
    QCOMPARE(durationText(-1), QStringLiteral("0 s"));
    QCOMPARE(durationText(45.4), QStringLiteral("45 s"));
    QCOMPARE(durationText(59.6), QStringLiteral("1 min 00 s"));
    QCOMPARE(durationText(200), QStringLiteral("3 min 20 s"));
    QCOMPARE(durationText(3725), QStringLiteral("1 h 02 min"));
}

void JobsTest::progressIsTranslated() {
    /// "Translates" what core says of its progress into capitals.
    class Capitals : public QTranslator {
    public:
        QString translate(const char* context, const char* text, const char*, int) const override {
            return qstrcmp(context, "Progress") == 0 ? QString::fromUtf8(text).toUpper() : QString();
        }
        bool isEmpty() const override { return false; }
    };
    QCOMPARE(progressText("embedding my cats"), QStringLiteral("embedding my cats"));
    Capitals capitals;
    QCoreApplication::installTranslator(&capitals);
    QCOMPARE(progressText("training the probe"), QStringLiteral("TRAINING THE PROBE"));
    QCOMPARE(progressText("embedding my cats"), QStringLiteral("EMBEDDING my cats"));  // a name stays
    QCOMPARE(progressText("something new"), QStringLiteral("something new"));
    JobRunner runner;
    JobModel model(&runner);
    QSignalSpy finished(&runner, &JobRunner::finished);
    runner.start<int>(
        QStringLiteral("train"),
        [](std::stop_token, const ProgressFn& progress) -> Result<int> {
            progress({"training the probe", "epochs", 3, 10, 2.5, 3, {{"loss", 0.5}}});
            return 1;
        },
        this, [](Result<int>) {});
    QTRY_COMPARE(finished.size(), 1);
    QCOMPARE(model.index(0, JobModel::StageColumn).data().toString(), QStringLiteral("TRAINING THE PROBE"));
    QCOMPARE(model.index(0, JobModel::RateColumn).data().toString(), QStringLiteral("2.50 EPOCHS/s"));
    QCOMPARE(model.index(0, 0).data(JobModel::ValuesRole).toString(), QStringLiteral("LOSS 0.5"));
    QCoreApplication::removeTranslator(&capitals);
}

QTEST_GUILESS_MAIN(JobsTest)
#include "tst_jobs.moc"
