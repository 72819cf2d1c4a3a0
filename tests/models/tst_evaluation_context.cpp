// SPDX-License-Identifier: GPL-3.0-or-later
#include <QSignalSpy>
#include <QTest>
#include <cmath>
#include <limits>

#include "support/synthetic_evaluation.h"
#include "ui/models/evaluation_context.h"

using namespace oodscope;
using namespace oodscope::ui;

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

/// Counts without sorting, one image after the other.
ood::ThresholdCounts naiveCounts(const EvaluationContext& context) {
    ood::ThresholdCounts counts;
    const auto& evaluation = *context.evaluation();
    for (int set = 0; set < setCount(evaluation); ++set) {
        if (set >= kFirstOodSet && context.oodSet() >= 0 && set != context.oodSet()) continue;
        for (int row = 0; row < static_cast<int>(scoredSet(evaluation, set)->size()); ++row) {
            switch (context.verdict({set, row})) {
                case Verdict::TrueAccept:
                    ++counts.trueAccepts;
                    break;
                case Verdict::FalseReject:
                    ++counts.falseRejects;
                    break;
                case Verdict::FalseAccept:
                    ++counts.falseAccepts;
                    break;
                case Verdict::TrueReject:
                    ++counts.trueRejects;
                    break;
                case Verdict::None:
                    break;
            }
        }
    }
    return counts;
}

void compareCounts(const ood::ThresholdCounts& a, const ood::ThresholdCounts& b) {
    QCOMPARE(a.trueAccepts, b.trueAccepts);
    QCOMPARE(a.falseRejects, b.falseRejects);
    QCOMPARE(a.falseAccepts, b.falseAccepts);
    QCOMPARE(a.trueRejects, b.trueRejects);
}

}  // namespace

class TestEvaluationContext : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void emptyContextAnswersQuietly();
    void newEvaluationResets();
    void thresholdAccepts95Percent();
    void countsEqualANaiveCount();
    void scoresThatAreNoNumbers();
    void signalsOnlyOnChange();
    void outOfRange();
};

void TestEvaluationContext::emptyContextAnswersQuietly() {
    EvaluationContext context;
    QCOMPARE(context.detector(), -1);
    QCOMPARE(context.verdict({kIdTestSet, 0}), Verdict::None);
    QVERIFY(!context.score({kIdTestSet, 0}));
    QCOMPARE(context.counts().trueAccepts, std::size_t{0});
    context.setDetector(0);
    context.setOodSet(2);
    context.setCurrentImage({1, 1});
    QCOMPARE(context.detector(), -1);
    QCOMPARE(context.oodSet(), -1);
    QVERIFY(!context.currentImage().isValid());
}

void TestEvaluationContext::newEvaluationResets() {
    EvaluationContext context;
    context.setEvaluation(testing::makeSyntheticEvaluation());
    context.setDetector(2);
    context.setOodSet(kFirstOodSet + 1);
    context.setFilter({.verdicts = {Verdict::FalseAccept}});
    context.setCurrentImage({kIdTestSet, 5});
    QSignalSpy evaluation(&context, &EvaluationContext::evaluationChanged);
    QSignalSpy detector(&context, &EvaluationContext::detectorChanged);
    QSignalSpy filter(&context, &EvaluationContext::filterChanged);
    context.setEvaluation(testing::makeSyntheticEvaluation({.seed = 8}));
    QCOMPARE(evaluation.size(), 1);
    QCOMPARE(detector.size(), 1);
    QCOMPARE(filter.size(), 1);
    QCOMPARE(context.detector(), 0);
    QCOMPARE(context.oodSet(), -1);
    QCOMPARE(context.filter(), ImageFilter{});
    QVERIFY(!context.currentImage().isValid());
    context.setEvaluation(nullptr);
    QCOMPARE(context.detector(), -1);
    QCOMPARE(context.threshold(), 0.0);
}

void TestEvaluationContext::thresholdAccepts95Percent() {
    for (const std::size_t size : {1, 2, 19, 20, 21, 300}) {
        EvaluationContext context;
        context.setEvaluation(testing::makeSyntheticEvaluation({.idTest = size}));
        for (int detector = 0; detector < 3; ++detector) {
            context.setDetector(detector);
            QCOMPARE(context.threshold(), context.evaluation()->results[detector * 2].metrics.threshold95);
            const auto counts = context.counts();
            QVERIFY(counts.trueAccepts * 100 >= 95 * size);
            const auto above = context.countsAt(std::nextafter(context.threshold(), kInf));
            QVERIFY(above.trueAccepts * 100 < 95 * size);
        }
    }
}

void TestEvaluationContext::countsEqualANaiveCount() {
    EvaluationContext context;
    context.setEvaluation(testing::makeSyntheticEvaluation());
    for (int detector = 0; detector < 3; ++detector) {
        context.setDetector(detector);
        for (const int oodSet : {-1, kFirstOodSet, kFirstOodSet + 1}) {
            context.setOodSet(oodSet);
            const auto scores = context.sortedScores(kIdTestSet);
            for (const double t : {-kInf, scores.front(), scores[7], scores[150], scores.back(), kInf}) {
                context.setThreshold(t);
                compareCounts(context.counts(), naiveCounts(context));
            }
        }
    }
}

void TestEvaluationContext::scoresThatAreNoNumbers() {
    auto evaluation = std::make_shared<experiment::Evaluation>(*testing::makeSyntheticEvaluation());
    evaluation->idTest.scores[0][3] = std::numeric_limits<double>::quiet_NaN();
    evaluation->ood[1].scores[0].pop_back();  // a set whose scores do not fit its images counts as not scored
    EvaluationContext context;
    context.setEvaluation(evaluation);
    QCOMPARE(context.verdict({kIdTestSet, 3}), Verdict::None);
    QVERIFY(!context.score({kIdTestSet, 3}));
    QCOMPARE(context.verdict({kFirstOodSet + 1, 0}), Verdict::None);
    const auto counts = context.counts();
    QCOMPARE(counts.trueAccepts + counts.falseRejects, evaluation->idTest.size() - 1);
    QCOMPARE(counts.falseAccepts + counts.trueRejects, evaluation->ood[0].size());
}

void TestEvaluationContext::signalsOnlyOnChange() {
    EvaluationContext context;
    const auto evaluation = testing::makeSyntheticEvaluation();
    context.setEvaluation(evaluation);
    QSignalSpy changed(&context, &EvaluationContext::evaluationChanged);
    QSignalSpy detector(&context, &EvaluationContext::detectorChanged);
    QSignalSpy threshold(&context, &EvaluationContext::thresholdChanged);
    QSignalSpy filter(&context, &EvaluationContext::filterChanged);
    QSignalSpy ood(&context, &EvaluationContext::oodSetChanged);
    context.setEvaluation(evaluation);
    context.setDetector(0);
    context.setThreshold(context.threshold());
    context.setThreshold(std::numeric_limits<double>::quiet_NaN());
    context.setFilter({});
    context.setOodSet(-1);
    QCOMPARE(changed.size() + detector.size() + threshold.size() + filter.size() + ood.size(), 0);
    context.setDetector(1);
    QCOMPARE(detector.size(), 1);
    QCOMPARE(threshold.size(), 1);
    QCOMPARE(threshold.first().first().toDouble(), context.threshold());
}

void TestEvaluationContext::outOfRange() {
    EvaluationContext context;
    context.setEvaluation(testing::makeSyntheticEvaluation());
    for (const ImageRef image :
         {ImageRef{-1, 0}, ImageRef{kIdTestSet, -1}, ImageRef{kIdTestSet, 300}, ImageRef{9, 0}}) {
        QCOMPARE(context.verdict(image), Verdict::None);
        QVERIFY(!context.score(image));
        QVERIFY(context.filePath(image).isEmpty());
        context.setCurrentImage(image);
        QVERIFY(!context.currentImage().isValid());
    }
    QVERIFY(context.sortedScores(99).empty());
    context.setDetector(3);
    QCOMPARE(context.detector(), 0);
    context.setOodSet(kIdTestSet);
    context.setOodSet(kFirstOodSet + 2);
    QCOMPARE(context.oodSet(), -1);
}

QTEST_APPLESS_MAIN(TestEvaluationContext)
#include "tst_evaluation_context.moc"
