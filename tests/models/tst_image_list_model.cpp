// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>
#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <set>

#include "support/synthetic_evaluation.h"
#include "ui/models/image_info.h"
#include "ui/models/image_list_model.h"

using namespace oodscope;
using namespace oodscope::ui;

namespace {

using Tester = QAbstractItemModelTester;

/// What the model should hold, one image after the other and without an index.
std::vector<ImageRef> naiveImages(const EvaluationContext& context) {
    const auto& evaluation = *context.evaluation();
    const auto& filter = context.filter();
    std::vector<ImageRef> images;
    const auto has = [](const auto& list, auto value) {
        return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
    };
    for (int s = 0; s < setCount(evaluation); ++s) {
        const auto& set = *scoredSet(evaluation, s);
        const bool otherOod =
            filter.sets.empty() && s >= kFirstOodSet && context.oodSet() >= 0 && s != context.oodSet();
        if (otherOod || !has(filter.sets, s)) continue;
        for (int row = 0; row < static_cast<int>(set.size()); ++row) {
            const ImageRef image{s, row};
            const auto score = context.score(image);
            if (!has(filter.verdicts, context.verdict(image))) continue;
            if (filter.trueLabel && set.trueLabels[row] != *filter.trueLabel) continue;
            if (filter.pseudoLabel && set.pseudoLabels[row] != *filter.pseudoLabel) continue;
            if (filter.predicted && set.predicted[row] != *filter.predicted) continue;
            if (filter.scores && (!score || *score < filter.scores->first || *score > filter.scores->second)) continue;
            const QString text = relativePath(evaluation, image) + QLatin1Char('\n') +
                                 trueClassName(evaluation, image) + QLatin1Char('\n') +
                                 pseudoClassName(evaluation, image) + QLatin1Char('\n') +
                                 predictedClassName(evaluation, image);
            if (!text.contains(filter.text, Qt::CaseInsensitive)) continue;
            images.push_back(image);
        }
    }
    return images;
}

using RefSet = std::set<std::pair<int, int>>;
RefSet asSet(const std::vector<ImageRef>& images) {
    RefSet result;
    for (const auto image : images)
        result.emplace(image.set, image.row);
    return result;
}

/// The value the model sorts by; images without one come last.
double sortValue(const EvaluationContext& context, ImageRef image, ImageSort sort, bool descending) {
    const auto score = context.score(image);
    if (!score) return std::numeric_limits<double>::infinity();
    const double value = sort == ImageSort::Margin ? std::abs(*score - context.threshold()) : *score;
    return descending ? -value : value;
}

void verifyAgainstNaive(const ImageListModel& model, const EvaluationContext& context) {
    const auto expected = naiveImages(context);
    QCOMPARE(model.images().size(), expected.size());
    QCOMPARE(asSet(model.images()), asSet(expected));
    if (model.sortKey() != ImageSort::Score && model.sortKey() != ImageSort::Margin) return;
    for (std::size_t i = 1; i < model.images().size(); ++i) {
        const double a = sortValue(context, model.images()[i - 1], model.sortKey(), model.isDescending());
        const double b = sortValue(context, model.images()[i], model.sortKey(), model.isDescending());
        QVERIFY2(a <= b, qPrintable(QString::number(i)));
    }
}

VerdictCounts naiveCounts(EvaluationContext& context) {
    ImageFilter filter = context.filter();
    const ImageFilter kept = filter;
    filter.verdicts.clear();
    context.setFilter(filter);
    VerdictCounts counts;
    for (const auto image : naiveImages(context)) {
        switch (context.verdict(image)) {
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
                ++counts.unscored;
                break;
        }
    }
    context.setFilter(kept);
    return counts;
}

ImageFilter randomFilter(std::mt19937& rng, const EvaluationContext& context) {
    ImageFilter filter;
    const auto chance = [&](unsigned oneIn) { return rng() % oneIn == 0; };
    if (chance(3)) filter.sets = {static_cast<int>(rng() % 4)};
    if (chance(6)) filter.sets = {kTrainSet, kFirstOodSet};
    if (chance(2)) filter.verdicts = {static_cast<Verdict>(rng() % 5)};
    if (chance(3)) filter.verdicts = {Verdict::FalseAccept, Verdict::FalseReject};
    if (chance(4)) filter.trueLabel = static_cast<int>(rng() % 6);
    if (chance(5)) filter.pseudoLabel = static_cast<int>(rng() % 6);
    if (chance(5)) filter.predicted = static_cast<int>(rng() % 6);
    if (chance(4)) {
        const auto scores = context.sortedScores(kIdTestSet);
        filter.scores = {scores[rng() % 150], scores[150 + rng() % 150]};
    }
    if (chance(4)) filter.text = rng() % 2 ? QStringLiteral("FISH") : QStringLiteral("00004");
    return filter;
}

}  // namespace

class TestImageListModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void followsTheModelRules();
    void outOfRange();
    void rolesTellTheImage();
    void randomFiltersEqualANaiveSearch();
    void draggedThresholdEqualsANaiveSearch();
    void sortsByPathAndClass();
    void selectionSurvivesADrag();
    void manyStepsAreOneRefresh();
    void largeEvaluationsAreSearchedOnAThread();
    void destroyedWhileSearching();
};

void TestImageListModel::followsTheModelRules() {
    EvaluationContext context;
    ImageListModel model(&context);
    Tester tester(&model, Tester::FailureReportingMode::QtTest);
    QCOMPARE(model.rowCount(), 0);
    context.setEvaluation(testing::makeSyntheticEvaluation());
    QCOMPARE(model.rowCount(), 750);
    QCOMPARE(model.totalCount(), std::size_t{750});
    model.setSort(ImageSort::Margin, true);
    context.setFilter({.verdicts = {Verdict::FalseAccept, Verdict::FalseReject}});
    context.setThreshold(context.threshold() * 0.9);
    QTRY_COMPARE(asSet(model.images()), asSet(naiveImages(context)));
    context.setEvaluation(nullptr);
    QCOMPARE(model.rowCount(), 0);
    QCOMPARE(model.totalCount(), std::size_t{0});
}

void TestImageListModel::outOfRange() {
    EvaluationContext context;
    ImageListModel model(&context);
    context.setEvaluation(testing::makeSyntheticEvaluation());
    QVERIFY(!model.index(750, 0).isValid());
    QVERIFY(!model.index(-1, 0).isValid());
    QVERIFY(!model.index(0, 1).isValid());
    QVERIFY(!model.data({}, Qt::DisplayRole).isValid());
    QVERIFY(!model.headerData(5, Qt::Horizontal, ImageListModel::PathRole).isValid());
    QCOMPARE(model.rowCount(model.index(0)), 0);
    QVERIFY(!model.imageAt(750).isValid());
    QVERIFY(!model.imageAt(-1).isValid());
    QCOMPARE(model.rowOf({9, 9}), -1);
}

void TestImageListModel::rolesTellTheImage() {
    EvaluationContext context;
    ImageListModel model(&context);
    context.setEvaluation(testing::makeSyntheticEvaluation());
    const ImageRef image{kFirstOodSet, 11};
    const auto index = model.index(model.rowOf(image));
    const auto& set = context.evaluation()->ood[0];
    QCOMPARE(index.data(ImageListModel::ImageRefRole).value<ImageRef>(), image);
    QCOMPARE(index.data(ImageListModel::PathRole).toString(),
             QStringLiteral("/nowhere/near ood/") + QString::fromStdString(set.paths[11]));
    QCOMPARE(index.data(ImageListModel::SetNameRole).toString(), QStringLiteral("near ood"));
    QCOMPARE(index.data(ImageListModel::ScoreRole).toDouble(), set.scores[0][11]);
    QCOMPARE(index.data(ImageListModel::TrueClassRole).toString(), QStringLiteral("Caracal caracal caracal"));
    QCOMPARE(index.data(ImageListModel::PredictedClassRole).toString(),
             QString::fromStdString(context.evaluation()->classNames[set.predicted[11]]));
    QCOMPARE(static_cast<Verdict>(index.data(ImageListModel::VerdictRole).toInt()), context.verdict(image));
    const auto train = model.index(model.rowOf({kTrainSet, 0}));
    QVERIFY(!train.data(ImageListModel::ScoreRole).isValid());
}

void TestImageListModel::randomFiltersEqualANaiveSearch() {
    EvaluationContext context;
    ImageListModel model(&context);
    context.setEvaluation(testing::makeSyntheticEvaluation());
    std::mt19937 rng(3);
    for (int round = 0; round < 300; ++round) {
        context.setDetector(static_cast<int>(rng() % 3));
        context.setOodSet(rng() % 2 ? -1 : kFirstOodSet + static_cast<int>(rng() % 2));
        model.setSort(static_cast<ImageSort>(rng() % 5), rng() % 2);
        context.setFilter(randomFilter(rng, context));
        verifyAgainstNaive(model, context);
        QCOMPARE(model.counts(), naiveCounts(context));
        if (QTest::currentTestFailed()) return;
    }
}

void TestImageListModel::draggedThresholdEqualsANaiveSearch() {
    EvaluationContext context;
    ImageListModel model(&context);
    Tester tester(&model, Tester::FailureReportingMode::QtTest);
    context.setEvaluation(testing::makeSyntheticEvaluation());
    std::mt19937 rng(4);
    QSignalSpy counted(&model, &ImageListModel::countsChanged);
    for (int round = 0; round < 40; ++round) {
        model.setSort(static_cast<ImageSort>(round % 5), rng() % 2);
        context.setFilter({.verdicts = {Verdict::FalseAccept, round % 2 ? Verdict::FalseReject : Verdict::TrueReject}});
        counted.clear();
        context.setThreshold(context.sortedScores(kIdTestSet)[rng() % 300]);
        QTRY_VERIFY(!counted.isEmpty());
        verifyAgainstNaive(model, context);
        if (QTest::currentTestFailed()) return;
    }
}

void TestImageListModel::sortsByPathAndClass() {
    EvaluationContext context;
    ImageListModel model(&context);
    context.setEvaluation(testing::makeSyntheticEvaluation());
    model.setSort(ImageSort::Path, false);
    for (int row = 1; row < model.rowCount(); ++row) {
        const ImageRef a = model.imageAt(row - 1), b = model.imageAt(row);
        QVERIFY(a.set < b.set ||
                (a.set == b.set && relativePath(*context.evaluation(), a) < relativePath(*context.evaluation(), b)));
    }
    for (const bool byTrue : {true, false}) {
        model.setSort(byTrue ? ImageSort::TrueClass : ImageSort::PredictedClass, true);
        const int role = byTrue ? ImageListModel::TrueClassRole : ImageListModel::PredictedClassRole;
        for (int row = 1; row < model.rowCount(); ++row) {
            const QString a = model.index(row - 1).data(role).toString(), b = model.index(row).data(role).toString();
            QVERIFY(a.toLower() >= b.toLower());
        }
    }
}

void TestImageListModel::selectionSurvivesADrag() {
    EvaluationContext context;
    ImageListModel model(&context);
    context.setEvaluation(testing::makeSyntheticEvaluation());
    for (const auto key : {ImageSort::Score, ImageSort::Margin}) {
        model.setSort(key, true);
        context.setFilter({.verdicts = {Verdict::FalseAccept}});
        const auto ood = context.sortedScores(kFirstOodSet);
        const double highest = ood.back();
        const auto best = naiveImages(context);
        const auto top = *std::max_element(
            best.begin(), best.end(), [&](ImageRef a, ImageRef b) { return *context.score(a) < *context.score(b); });
        const QPersistentModelIndex kept = model.index(model.rowOf(top));
        QSignalSpy counted(&model, &ImageListModel::countsChanged);
        context.setThreshold((context.threshold() + highest) / 2);
        QTRY_VERIFY(!counted.isEmpty());
        QVERIFY(kept.isValid());
        QCOMPARE(model.imageAt(kept.row()), top);
        context.setFilter({});
    }
}

void TestImageListModel::manyStepsAreOneRefresh() {
    EvaluationContext context;
    ImageListModel model(&context);
    context.setEvaluation(testing::makeSyntheticEvaluation());
    context.setFilter({.verdicts = {Verdict::FalseAccept}});
    QSignalSpy counted(&model, &ImageListModel::countsChanged);
    for (int i = 0; i < 100; ++i)
        context.setThreshold(0.5 + i / 1000.0);
    QVERIFY(counted.isEmpty());
    QTRY_COMPARE(counted.size(), 1);
    QCOMPARE(asSet(model.images()), asSet(naiveImages(context)));
}

void TestImageListModel::largeEvaluationsAreSearchedOnAThread() {
    EvaluationContext context;
    ImageListModel model(&context);
    const auto large = testing::makeSyntheticEvaluation(testing::syntheticSize(60'000));
    context.setEvaluation(large);
    QVERIFY(model.isBusy());
    QCOMPARE(model.rowCount(), 0);
    context.setFilter({.text = QStringLiteral("teapot")});  // the first search is overtaken
    context.setFilter({.verdicts = {Verdict::FalseAccept}, .text = QStringLiteral("crane")});
    QTRY_VERIFY(!model.isBusy());
    QCOMPARE(asSet(model.images()), asSet(naiveImages(context)));
    QVERIFY(model.rowCount() > 0);
    context.setFilter({.text = QStringLiteral("bicycle")});
    QVERIFY(model.isBusy());
    context.setEvaluation(testing::makeSyntheticEvaluation());  // while searching: the old result must not arrive
    QVERIFY(!model.isBusy());
    QCOMPARE(model.rowCount(), 750);
    context.setEvaluation(large);
    context.setEvaluation(nullptr);
    QVERIFY(!model.isBusy());
    QTest::qWait(1);
    QCOMPARE(model.rowCount(), 0);
}

void TestImageListModel::destroyedWhileSearching() {
    EvaluationContext context;
    {
        ImageListModel model(&context);
        context.setEvaluation(testing::makeSyntheticEvaluation(testing::syntheticSize(60'000)));
        QVERIFY(model.isBusy());
    }
    QCoreApplication::processEvents();
    context.setFilter({.text = QStringLiteral("crane")});
}

QTEST_GUILESS_MAIN(TestImageListModel)
#include "tst_image_list_model.moc"
