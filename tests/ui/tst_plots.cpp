// SPDX-License-Identifier: GPL-3.0-or-later
#include <QHeaderView>
#include <QSignalSpy>
#include <QtTest>
#include <cmath>

#include "support/synthetic_evaluation.h"
#include "ui/models/image_list_model.h"
#include "ui/models/number_text.h"
#include "ui/panels/confusion/confusion_panel.h"
#include "ui/panels/histogram/histogram_panel.h"
#include "ui/panels/jobs/training_curve.h"
#include "ui/panels/results/results_panel.h"
#include "ui/panels/results/results_text.h"
#include "ui/panels/roc/roc_panel.h"
#include "ui/pictures.h"
#include "ui/widgets/colors.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/message_page.h"
#include "ui/widgets/plot_support.h"
#include "ui/widgets/threshold_counts.h"
#include "ui/window/theme.h"
#include "ui/window/threshold_bar.h"

using namespace oodscope;
using namespace oodscope::ui;

namespace {
void drag(QWidget* widget, QPoint from, QPoint to) {
    QTest::mousePress(widget, Qt::LeftButton, {}, from);
    // QTest's mouseMove carries no buttons; a drag needs them.
    for (int step = 1; step <= 4; ++step) {
        const QPoint at = from + (to - from) * step / 4;
        QMouseEvent move(QEvent::MouseMove, at, widget->mapToGlobal(at), Qt::NoButton, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(widget, &move);
    }
    QTest::mouseRelease(widget, Qt::LeftButton, {}, to);
}

/// The share of scores at or above the threshold, counted one by one.
double accepted(const std::vector<double>& scores, double threshold) {
    const auto n = std::count_if(scores.begin(), scores.end(), [=](double s) { return s >= threshold; });
    return static_cast<double>(n) / static_cast<double>(scores.size());
}
}  // namespace

class PlotsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void thinnedCurveKeepsItsShape();
    void binsShareEdgesAndCountAll();
    void rocShowsOneCurvePerSet();
    void draggingTheHistogramMovesEverything();
    void draggingAlongTheRocSetsTheThreshold();
    void keysNudgeTheThreshold();
    void hoverReadsTheNearestPoint();
    void brushingBinsFiltersTheScores();
    void countsBarShowsExactlyTheFailures();
    void confusionClickFilters();
    void confusionOrderKeepsCellsTogether();
    void resultsRowSelectsDetectorAndSet();
    void resultsClassFiltersTheGallery();
    void resultsClassIsLeftByItsSet();
    void resultsPanelInPictures();
    void conventionIsMeasuredAnew();
    void tablesAsText();
    void hiddenPanelsDoNotRefresh();
    void plotsCanBeSaved();
    void legendFitsThePlot();
    void legendTellsLongNamesApart();
    void linesOfOneColourDiffer();
    void colouredTextIsLegible();
    void fewImagesDoNotMakeTheScale();
    void trainingCurveFitsALowDock();
    void resultsSayThatThereAreNone();
    void longNamesLeaveRoomForFigures();
    void noRatesOfNothing();
    void longTextEndsInAnEllipsis();

private:
    template <class Panel, class... Args>
    Panel* shown(Args... args) {
        auto* panel = new Panel(args...);
        m_panels.emplace_back(panel);
        panel->resize(560, 420);
        panel->show();
        [[maybe_unused]] const bool exposed = QTest::qWaitForWindowExposed(panel);
        return panel;
    }
    std::unique_ptr<JobRunner> m_jobs;
    std::unique_ptr<EvaluationContext> m_context;
    std::vector<std::unique_ptr<QWidget>> m_panels;
    experiment::EvaluationPtr m_evaluation;
};

void PlotsTest::init() {
    m_evaluation = testing::makeSyntheticEvaluation();
    m_jobs = std::make_unique<JobRunner>();
    m_context = std::make_unique<EvaluationContext>();
    m_context->setEvaluation(m_evaluation);
}

void PlotsTest::cleanup() {
    m_panels.clear();
    m_context.reset();
    m_jobs.reset();
}

void PlotsTest::thinnedCurveKeepsItsShape() {
    ood::RocCurve curve;
    const std::size_t n = 200000;
    for (std::size_t i = 0; i <= n; ++i) {
        const double x = static_cast<double>(i) / n;
        curve.threshold.push_back(1 - x);
        curve.fpr.push_back(x * x * x);
        curve.tpr.push_back(std::sqrt(x));
    }
    const auto thin = thinCurve(curve, kRocPoints, n);
    QVERIFY(thin.fpr.size() <= kRocPoints);
    QVERIFY(thin.fpr.size() > kRocPoints / 4);
    QCOMPARE(thin.fpr.front(), 0.0);
    QCOMPARE(thin.fpr.back(), 1.0);
    QVERIFY(std::is_sorted(thin.fpr.begin(), thin.fpr.end()));
    // Between kept points, straight lines stay close to the full curve everywhere.
    double worst = 0;
    std::size_t k = 0;
    for (std::size_t i = 0; i <= n; i += 7) {
        while (k + 2 < thin.fpr.size() && thin.fpr[k + 1] < curve.fpr[i])
            ++k;
        const double span = thin.fpr[k + 1] - thin.fpr[k];
        const double t = span > 0 ? (curve.fpr[i] - thin.fpr[k]) / span : 1;
        worst = std::max(worst, std::abs(thin.tpr[k] + t * (thin.tpr[k + 1] - thin.tpr[k]) - curve.tpr[i]));
    }
    QVERIFY2(worst < 0.005, qPrintable(QString::number(worst)));
    QCOMPARE(thinCurve(thin, kRocPoints, n).fpr.size(), thin.fpr.size());
}

void PlotsTest::binsShareEdgesAndCountAll() {
    const std::vector<double> a{0, 0.1, 0.25, 0.5, 1};
    const std::vector<double> b{-1, 0.5};
    const auto bins = sharedBins({a, b}, 4);
    QCOMPARE(bins.edges, (std::vector<double>{-1, -0.5, 0, 0.5, 1}));
    QCOMPARE(countsInBins(a, bins), (std::vector<std::size_t>{0, 0, 3, 2}));
    QCOMPARE(countsInBins(b, bins), (std::vector<std::size_t>{1, 0, 0, 1}));
    QCOMPARE(bins.indexOf(-7), std::size_t{0});
    QCOMPARE(bins.indexOf(0), std::size_t{2});
    QCOMPARE(bins.indexOf(9), std::size_t{3});
    QCOMPARE(sharedBins({}, 4).count(), std::size_t{0});
    const std::vector<double> same{3, 3, 3};
    const auto one = sharedBins({same}, 2);
    const auto counts = countsInBins(same, one);
    QCOMPARE(counts[0] + counts[1], std::size_t{3});
}

void PlotsTest::rocShowsOneCurvePerSet() {
    auto* roc = shown<RocPanel>(m_context.get(), m_jobs.get());
    QTRY_COMPARE(roc->series().size(), m_evaluation->ood.size() + 1);  // and all of them pooled
    for (std::size_t i = 0; i < m_evaluation->ood.size(); ++i) {
        const auto& s = roc->series()[i];
        const auto metrics = ood::computeMetrics(m_evaluation->idTest.scores[0], m_evaluation->ood[i].scores[0]);
        QCOMPARE(s.auroc, metrics->auroc);
        QCOMPARE(s.fpr95, metrics->fpr95);
    }
    const QString csv = QString::fromStdString(rocCsv(roc->series()));
    QVERIFY(csv.startsWith(QStringLiteral("set,threshold,fpr,tpr\n")));
    m_context->setEvaluation(nullptr);
    QTRY_VERIFY(roc->series().empty());
}

void PlotsTest::draggingTheHistogramMovesEverything() {
    auto* roc = shown<RocPanel>(m_context.get(), m_jobs.get());
    auto* histogram = shown<HistogramPanel>(m_context.get());
    ImageListModel gallery(m_context.get());
    QTRY_VERIFY(!roc->series().empty());
    QTRY_VERIFY(histogram->bins().count() > 0);
    histogram->counts()->button(Verdict::FalseAccept)->click();
    auto* plot = histogram->plot();
    plot->replot();
    const double before = m_context->threshold();
    const double target = before + 0.2 * (histogram->bins().high() - before);
    const int y = plot->axisRect()->center().y();
    const QPoint from(static_cast<int>(std::lround(plot->xAxis->coordToPixel(before))), y);
    const QPoint to(static_cast<int>(std::lround(plot->xAxis->coordToPixel(target))), y);
    QVERIFY(std::abs(to.x() - from.x()) > 5);
    drag(plot, from, to);
    const double now = m_context->threshold();
    QVERIFY(std::abs(now - plot->xAxis->pixelToCoord(to.x())) < 1e-9);
    // The markers of the ROC, counted by hand.
    for (std::size_t i = 0; i < m_evaluation->ood.size(); ++i) {
        const QPointF at = roc->markerAt(static_cast<int>(i));
        QCOMPARE(at.x(), accepted(m_evaluation->ood[i].scores[0], now));
        QCOMPARE(at.y(), accepted(m_evaluation->idTest.scores[0], now));
    }
    // The gallery: exactly the OOD images at or above the line.
    int falseAccepts = 0;
    for (const auto& set : m_evaluation->ood)
        falseAccepts += static_cast<int>(std::lround(accepted(set.scores[0], now) * static_cast<double>(set.size())));
    QTRY_COMPARE(gallery.rowCount(), falseAccepts);
    QCOMPARE(static_cast<int>(m_context->counts().falseAccepts), falseAccepts);
    QVERIFY(histogram->counts()->button(Verdict::FalseAccept)->text().contains(QLocale().toString(falseAccepts)));
    for (int row = 0; row < gallery.rowCount(); ++row)
        QVERIFY(*m_context->score(gallery.imageAt(row)) >= now);
}

void PlotsTest::draggingAlongTheRocSetsTheThreshold() {
    auto* roc = shown<RocPanel>(m_context.get(), m_jobs.get());
    QTRY_VERIFY(!roc->series().empty());
    auto* plot = roc->plot();
    plot->replot();
    const auto toPixel = [&](QPointF at) {
        return QPointF(plot->xAxis->coordToPixel(at.x()), plot->yAxis->coordToPixel(at.y())).toPoint();
    };
    const QPoint from = toPixel(roc->markerAt(0));
    const auto& curve = roc->series()[0].curve;
    const std::size_t goal = curve.fpr.size() / 4;
    const double rangeBefore = plot->xAxis->range().lower;
    drag(plot, from, toPixel({curve.fpr[goal], curve.tpr[goal]}));
    QCOMPARE(plot->xAxis->range().lower, rangeBefore);  // the marker moved, not the axes
    const QPointF at = roc->markerAt(0);
    QVERIFY(std::abs(at.x() - curve.fpr[goal]) < 0.03);
    QVERIFY(std::abs(at.y() - curve.tpr[goal]) < 0.03);
    QVERIFY(std::find(curve.threshold.begin(), curve.threshold.end(), m_context->threshold()) != curve.threshold.end());
    // To the very start of the curve: the threshold stays finite.
    drag(plot, toPixel(at), toPixel({0, 0}));
    QVERIFY(std::isfinite(m_context->threshold()));
}

void PlotsTest::keysNudgeTheThreshold() {
    auto* histogram = shown<HistogramPanel>(m_context.get());
    QTRY_VERIFY(histogram->bins().count() > 0);
    const double start = m_context->threshold();
    const double span = histogram->bins().high() - histogram->bins().low();
    QTest::keyClick(histogram->plot(), Qt::Key_Left);
    const double slow = start - m_context->threshold();
    QVERIFY(slow > 0 && slow < 0.01 * span);
    QTest::keyClick(histogram->plot(), Qt::Key_Right);
    QTest::keyClick(histogram->plot(), Qt::Key_Left, Qt::ShiftModifier);
    QVERIFY(start - m_context->threshold() > 5 * slow);
    QTest::keyClick(histogram->plot(), Qt::Key_Home);
    QCOMPARE(m_context->threshold(), m_context->threshold95());
    for (int i = 0; i < 60; ++i)
        QTest::keyClick(histogram->plot(), Qt::Key_Right, Qt::ShiftModifier);
    QCOMPARE(m_context->threshold(), histogram->bins().high());
}

void PlotsTest::hoverReadsTheNearestPoint() {
    auto* roc = shown<RocPanel>(m_context.get(), m_jobs.get());
    QTRY_VERIFY(!roc->series().empty());
    auto* plot = roc->plot();
    plot->replot();
    const auto& series = roc->series()[1];
    const std::size_t i = series.curve.fpr.size() / 2;
    const QPoint at(static_cast<int>(std::lround(plot->xAxis->coordToPixel(series.curve.fpr[i]))),
                    static_cast<int>(std::lround(plot->yAxis->coordToPixel(series.curve.tpr[i]))));
    QTest::mouseMove(plot, at);
    QTRY_VERIFY(!roc->readoutText().isEmpty());
    // Whatever point was read: the three numbers belong together.
    bool found = false;
    for (const auto& s : roc->series())
        for (std::size_t k = 0; k < s.curve.fpr.size() && !found; ++k)
            found = roc->readoutText().contains(percentText(s.curve.fpr[k])) &&
                    roc->readoutText().contains(percentText(s.curve.tpr[k])) &&
                    roc->readoutText().contains(numberText(s.curve.threshold[k], 6));
    QVERIFY2(found, qPrintable(roc->readoutText()));
    QEvent leave(QEvent::Leave);
    QCoreApplication::sendEvent(plot, &leave);
    QVERIFY(roc->readoutText().isEmpty());
}

void PlotsTest::brushingBinsFiltersTheScores() {
    auto* histogram = shown<HistogramPanel>(m_context.get());
    QTRY_VERIFY(histogram->bins().count() > 0);
    m_context->setThreshold(histogram->bins().high());  // out of the way of the brush
    auto* plot = histogram->plot();
    plot->replot();
    const auto& bins = histogram->bins();
    const auto pixel = [&](double score) {
        return QPoint(static_cast<int>(std::lround(plot->xAxis->coordToPixel(score))), plot->axisRect()->center().y());
    };
    const auto middle = [&](std::size_t bin) { return (bins.edges[bin] + bins.edges[bin + 1]) / 2; };
    drag(plot, pixel(middle(10)), pixel(middle(20)));
    const auto filter = m_context->filter();
    QVERIFY(filter.scores.has_value());
    QCOMPARE(filter.scores->first, bins.edges[10]);
    QVERIFY(filter.scores->second < bins.edges[21] && filter.scores->second > bins.edges[20]);
    ImageListModel gallery(m_context.get());
    std::size_t expected = 0;
    for (int set = kIdTestSet; set < setCount(*m_evaluation); ++set) {
        const auto counts = countsInBins(m_context->sortedScores(set), bins);
        for (std::size_t bin = 10; bin <= 20; ++bin)
            expected += counts[bin];
    }
    QTRY_COMPARE(static_cast<std::size_t>(gallery.rowCount()), expected);
    QVERIFY(histogram->clearButton()->isVisible());
    QTest::keyClick(plot, Qt::Key_Escape);
    QVERIFY(!m_context->filter().scores.has_value());
    QTest::mouseClick(plot, Qt::LeftButton, {}, pixel(middle(5)));
    QCOMPARE(m_context->filter().scores->first, bins.edges[5]);
}

void PlotsTest::countsBarShowsExactlyTheFailures() {
    auto* histogram = shown<HistogramPanel>(m_context.get());
    m_context->setOodSet(kFirstOodSet + 1);
    ImageListModel gallery(m_context.get());
    auto* button = histogram->counts()->button(Verdict::FalseReject);
    QTest::mouseClick(button, Qt::LeftButton);
    QCOMPARE(m_context->filter().verdicts, std::vector<Verdict>{Verdict::FalseReject});
    QCOMPARE(m_context->filter().sets, (std::vector<int>{kIdTestSet, kFirstOodSet + 1}));
    QTRY_COMPARE(gallery.rowCount(), static_cast<int>(m_context->counts().falseRejects));
    QVERIFY(gallery.rowCount() > 0);
    QVERIFY(button->isChecked());
    QTest::mouseClick(button, Qt::LeftButton);  // again: everything
    QVERIFY(m_context->filter() == ImageFilter());
    QVERIFY(!button->isChecked());
}

void PlotsTest::confusionClickFilters() {
    auto* panel = shown<ConfusionPanel>(m_context.get());
    QTRY_VERIFY(panel->model().total() > 0);
    panel->plot()->replot();
    const int row = 2;
    const int column = 3;
    const QPoint at = panel->cellCentre(row, column).toPoint();
    QTest::mouseMove(panel->plot(), at);
    QTRY_VERIFY(panel->readoutText().contains(QString::fromStdString(m_evaluation->classNames[column])));
    QTest::mouseClick(panel->plot(), Qt::LeftButton, {}, at);
    const auto& filter = m_context->filter();
    QCOMPARE(filter.sets, std::vector<int>{kTrainSet});
    QCOMPARE(filter.trueLabel, std::optional<int>(row));
    QCOMPARE(filter.pseudoLabel, std::optional<int>(column));
    int expected = 0;
    for (std::size_t i = 0; i < m_evaluation->train.size(); ++i)
        expected += m_evaluation->train.trueLabels[i] == row && m_evaluation->train.pseudoLabels[i] == column;
    ImageListModel gallery(m_context.get());
    QTRY_COMPARE(gallery.rowCount(), expected);
    QCOMPARE(panel->model().count(row, column), static_cast<std::uint32_t>(expected));
    QTest::mouseClick(panel->plot(), Qt::LeftButton, {}, at);
    QVERIFY(m_context->filter() == ImageFilter());
    drag(panel->plot(), at, at + QPoint(60, 40));  // moving the picture is no click
    QVERIFY(m_context->filter() == ImageFilter());
}

void PlotsTest::confusionOrderKeepsCellsTogether() {
    auto* panel = shown<ConfusionPanel>(m_context.get());
    QTRY_VERIFY(panel->model().total() > 0);
    panel->findChild<QCheckBox*>(QStringLiteral("ConfusionOrder"))->setChecked(true);
    panel->plot()->replot();
    for (int row = 0; row < panel->model().rowCount(); ++row) {
        QTest::mouseClick(panel->plot(), Qt::LeftButton, {}, panel->cellCentre(row, row).toPoint());
        QCOMPARE(m_context->filter().trueLabel, std::optional<int>(row));
        QCOMPARE(m_context->filter().pseudoLabel, std::optional<int>(row));
    }
    // An OOD set: its own classes against ours.
    auto* sets = panel->findChild<QComboBox*>(QStringLiteral("ConfusionSet"));
    sets->setCurrentIndex(kFirstOodSet);
    Q_EMIT sets->activated(kFirstOodSet);
    QCOMPARE(panel->model().rowCount(), static_cast<int>(m_evaluation->ood[0].classNames.size()));
    QCOMPARE(panel->model().columnCount(), static_cast<int>(m_evaluation->classNames.size()));
    panel->plot()->replot();
    QTest::mouseClick(panel->plot(), Qt::LeftButton, {}, panel->cellCentre(1, 4).toPoint());
    QCOMPARE(m_context->filter().sets, std::vector<int>{kFirstOodSet});
    QCOMPARE(m_context->filter().trueLabel, std::optional<int>(1));
}

void PlotsTest::resultsRowSelectsDetectorAndSet() {
    auto* panel = shown<ResultsPanel>(m_context.get(), m_jobs.get());
    const auto results = static_cast<int>(m_evaluation->results.size());
    QTRY_VERIFY(panel->rows()->rowCount() > results);  // means over sets below
    const auto click = [&](const QModelIndex& index) {
        QTest::mouseClick(panel->view()->viewport(), Qt::LeftButton, {}, panel->view()->visualRect(index).center());
    };
    for (int row = 0; row < results; ++row) {
        const QModelIndex index = panel->rows()->index(row, ResultsModel::Auroc);
        click(index);
        QCOMPARE(m_context->detector(), index.data(ResultsModel::DetectorIndexRole).toInt());
        QCOMPARE(m_context->oodSet(), kFirstOodSet + index.data(ResultsModel::OodIndexRole).toInt());
    }
    const QModelIndex mean = panel->rows()->index(results, ResultsModel::Auroc);
    click(mean);
    QCOMPARE(m_context->detector(), 0);
    QCOMPARE(m_context->oodSet(), -1);
    QCOMPARE(panel->view()->currentIndex().row(), results);  // the mean stays selected
    m_context->setOodSet(kFirstOodSet + 1);
    QCOMPARE(panel->view()->currentIndex().row(), 1);
}

void PlotsTest::resultsClassFiltersTheGallery() {
    auto* panel = shown<ResultsPanel>(m_context.get(), m_jobs.get());
    QTRY_VERIFY(panel->rows()->rowCount() > 0);
    auto* view = panel->view();
    view->setFocus();
    view->setCurrentIndex(panel->rows()->index(0, 0));
    QTest::keyClick(view, Qt::Key_Right);  // opens the row
    const QModelIndex result = panel->rows()->index(0, 0);
    QVERIFY(view->isExpanded(result));
    const auto click = [&](int child) {
        const QModelIndex index = panel->rows()->index(child, ResultsModel::Auroc, result);
        view->scrollTo(index);
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, view->visualRect(index).center());
        return index.data(ResultsModel::ClassRole).toInt();
    };
    const int label = click(2);
    QCOMPARE(m_context->oodSet(), kFirstOodSet);
    QCOMPARE(m_context->filter().sets, std::vector<int>{kFirstOodSet});
    QCOMPARE(m_context->filter().trueLabel, std::optional<int>(label));
    QCOMPARE(view->currentIndex().parent(), result);
    // Another convention keeps the row open; the class again, or its set, shows all images once more.
    auto* box = panel->conventionBox();
    box->setCurrentIndex(box->findText(QStringLiteral("openood")));
    Q_EMIT box->activated(box->currentIndex());
    QTRY_VERIFY(panel->note()->text().contains(QStringLiteral("OOD is the positive")));
    QVERIFY(view->isExpanded(panel->rows()->index(0, 0)));
    view->header()->setSortIndicator(ResultsModel::Auroc, Qt::DescendingOrder);
    view->header()->setSortIndicator(-1, Qt::AscendingOrder);
    ImageFilter own;
    own.text = QStringLiteral("image");
    m_context->setFilter(own);
    QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, view->visualRect(panel->rows()->index(0, 2)).center());
    QCOMPARE(m_context->filter(), own);  // a filter of the user's is left alone
}

void PlotsTest::resultsClassIsLeftByItsSet() {
    auto* panel = shown<ResultsPanel>(m_context.get(), m_jobs.get());
    QTRY_VERIFY(panel->rows()->rowCount() > 0);
    auto* view = panel->view();
    const QModelIndex result = panel->rows()->index(0, 0);
    view->expand(result);
    const auto click = [&](const QModelIndex& index) {
        view->scrollTo(index);
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, view->visualRect(index).center());
    };
    const QModelIndex one = panel->rows()->index(1, ResultsModel::Auroc, result);
    click(one);
    QVERIFY(m_context->filter().trueLabel.has_value());
    click(one);
    QCOMPARE(m_context->filter(), ImageFilter());
    click(one);
    click(result.siblingAtColumn(ResultsModel::Auroc));
    QCOMPARE(m_context->filter(), ImageFilter());
}

void PlotsTest::conventionIsMeasuredAnew() {
    auto* panel = shown<ResultsPanel>(m_context.get(), m_jobs.get());
    QTRY_VERIFY(panel->model()->rowCount() > 0);
    auto* box = panel->conventionBox();
    QCOMPARE(box->currentText(), QStringLiteral("plp"));
    box->setCurrentIndex(box->findText(QStringLiteral("openood")));
    Q_EMIT box->activated(box->currentIndex());
    const int detector = panel->model()->index(0, 0).data(ResultsModel::DetectorIndexRole).toInt();
    const int ood = panel->model()->index(0, 0).data(ResultsModel::OodIndexRole).toInt();
    const auto expected =
        ood::computeMetrics(m_evaluation->idTest.scores[static_cast<std::size_t>(detector)],
                            m_evaluation->ood[static_cast<std::size_t>(ood)].scores[static_cast<std::size_t>(detector)],
                            ood::FprConvention::OpenOod);
    QTRY_COMPARE(panel->model()->index(0, ResultsModel::Fpr95).data(ResultsModel::SortRole).toDouble(),
                 expected->fpr95);
}

void PlotsTest::tablesAsText() {
    ResultsModel model;
    model.setEvaluation(m_evaluation);
    const QString csv = tableAsCsv(model);
    QCOMPARE(csv.count(QLatin1Char('\n')), model.rowCount() + 1);
    const QString markdown = tableAsMarkdown(model);
    QCOMPARE(markdown.count(QLatin1Char('\n')), model.rowCount() + 2);
    QVERIFY(markdown.contains(QStringLiteral("---")));
    QVERIFY(csv.contains(model.index(0, ResultsModel::Auroc).data().toString()));
    const QStringList lines = childrenAsCsv(model, QStringLiteral("OOD class")).split(QLatin1Char('\n'));
    int children = 0;
    for (int row = 0; row < model.rowCount(); ++row)
        children += model.rowCount(model.index(row, 0));
    QCOMPARE(lines.size(), children + 2);  // the headers, and nothing after the last line
    QVERIFY(lines[0].startsWith(QStringLiteral("Detector,OOD set,OOD class,AUROC %")));
    QVERIFY(lines[2].startsWith(QStringLiteral("msp,near ood,Caracal caracal caracal,")));
}

void PlotsTest::resultsPanelInPictures() {
    testing::useTestStyle();
    const QPalette light = qApp->palette();
    for (const bool dark : {false, true}) {
        qApp->setPalette(dark ? testing::darkPalette() : light);
        auto* panel = shown<ResultsPanel>(m_context.get(), m_jobs.get());
        panel->resize(1180, 380);
        QTRY_VERIFY(panel->rows()->rowCount() > 0);
        panel->view()->expand(panel->rows()->index(0, 0));
        m_context->setOodSet(kFirstOodSet);
        QVERIFY(testing::savePicture(*panel, dark ? QStringLiteral("results-dark") : QStringLiteral("results-light")));
    }
    qApp->setPalette(light);
}

void PlotsTest::hiddenPanelsDoNotRefresh() {
    HistogramPanel histogram(m_context.get());
    QCoreApplication::processEvents();
    QVERIFY(histogram.refreshPending());
    QCOMPARE(histogram.bins().count(), std::size_t{0});
    m_context->setThreshold(m_context->threshold() + 0.01);  // must not touch what is not there
    histogram.show();
    QVERIFY(!histogram.refreshPending());
    QVERIFY(histogram.bins().count() > 0);
}

void PlotsTest::plotsCanBeSaved() {
    auto* histogram = shown<HistogramPanel>(m_context.get());
    QTRY_VERIFY(histogram->bins().count() > 0);
    QTemporaryDir folder;
    QVERIFY(savePlot(histogram->plot(), folder.filePath(QStringLiteral("a.png")), PlotFormat::Png));
    QVERIFY(savePlot(histogram->plot(), folder.filePath(QStringLiteral("a.svg")), PlotFormat::Svg));
    QVERIFY(savePlot(histogram->plot(), folder.filePath(QStringLiteral("a.pdf")), PlotFormat::Pdf));
    QImage image(folder.filePath(QStringLiteral("a.png")));
    QCOMPARE(image.width(), 2 * histogram->plot()->width());
    QFile svg(folder.filePath(QStringLiteral("a.svg")));
    QVERIFY(svg.open(QIODevice::ReadOnly));
    QVERIFY(svg.readAll().contains("</svg>"));
    QVERIFY(!savePlot(histogram->plot(), QStringLiteral("/nonexistent/a.png"), PlotFormat::Png));
}

void PlotsTest::legendFitsThePlot() {
    auto* roc = shown<RocPanel>(m_context.get(), m_jobs.get());
    QTRY_VERIFY(!roc->series().empty());
    const auto texts = [&] {
        QStringList names;
        for (int i = 0; i < roc->plot()->legend->itemCount(); ++i)
            names << static_cast<QCPPlottableLegendItem*>(roc->plot()->legend->item(i))->plottable()->name();
        return names.join(u'\n');
    };
    roc->resize(900, 420);
    QTRY_VERIFY(texts().contains(u"FPR95"));
    roc->resize(300, 420);
    QTRY_VERIFY(!texts().contains(u"FPR95"));
    QVERIFY(texts().contains(u"AUROC"));
    QVERIFY(roc->plot()->legend->visible());
    auto* histogram = shown<HistogramPanel>(m_context.get());
    QTRY_VERIFY(histogram->bins().count() > 0 && histogram->plot()->legend->visible());
    for (QCustomPlot* plot : {roc->plot(), histogram->plot()}) {
        for (int i = 0; i < 30; ++i)
            plot->addGraph();  // names for more than half of the plot
        showLegend(plot);
        QVERIFY(!plot->legend->visible());
    }
}

void PlotsTest::legendTellsLongNamesApart() {
    QCustomPlot plot;
    plot.resize(400, 300);
    const QString before = QStringLiteral("an-out-of-distribution-set-with-a-long-name-");
    const QString after = QStringLiteral("-of-the-archive-of-last-year-filtered");
    const QString cats = before + QStringLiteral("cats") + after;
    const QString cars = before + QStringLiteral("cars") + after;
    const QString other = QStringLiteral("short");
    QCOMPARE(legendNames({cats, other, cars, cats}, &plot),
             (QStringList{QStringLiteral("…cats…"), other, QStringLiteral("…cars…"), QStringLiteral("…cats…")}));
    plot.resize(4000, 300);
    QCOMPARE(legendNames({before, other}, &plot), (QStringList{before, other}));
    QVERIFY(legendNames({}, &plot).isEmpty());
}

void PlotsTest::linesOfOneColourDiffer() {
    const QPalette palette;
    for (int a = 0; a < 12; ++a)
        for (int b = 0; b < a; ++b)
            QVERIFY(oodColor(a, palette) != oodColor(b, palette) || oodLine(a) != oodLine(b));
}

void PlotsTest::colouredTextIsLegible() {
    const auto contrast = [](const QColor& a, const QColor& b) {  // as WCAG 2 defines it
        const auto luminance = [](const QColor& color) {
            double sum = 0;
            for (const auto& [value, weight] :
                 {std::pair{color.redF(), 0.2126}, {color.greenF(), 0.7152}, {color.blueF(), 0.0722}})
                sum += weight * (value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4));
            return sum;
        };
        const double first = luminance(a) + 0.05;
        const double second = luminance(b) + 0.05;
        return std::max(first, second) / std::min(first, second);
    };
    for (const Theme theme : {Theme::Light, Theme::Dark}) {
        applyTheme(*qApp, theme);
        ThresholdCountsBar bar(m_context.get());
        for (const Verdict verdict :
             {Verdict::TrueAccept, Verdict::FalseAccept, Verdict::TrueReject, Verdict::FalseReject}) {
            const QPalette palette = bar.button(verdict)->palette();
            const QColor text = palette.color(QPalette::ButtonText);
            QVERIFY2(contrast(text, palette.color(QPalette::Button)) >= 4.5, qPrintable(text.name()));
            QVERIFY2(contrast(text, palette.color(QPalette::Window)) >= 4.5, qPrintable(text.name()));
            QVERIFY2(text.saturation() > 80, qPrintable(text.name()));  // no darker or lighter than it must be
        }
        QVERIFY(contrast(faintText(qApp->palette()), qApp->palette().color(QPalette::Base)) >= 4.5);
    }
    applyTheme(*qApp, Theme::Light);
    QCOMPARE(legible(Qt::black, Qt::white), QColor(Qt::black));  // as it is where that can be read
}

void PlotsTest::fewImagesDoNotMakeTheScale() {
    auto evaluation = std::make_shared<experiment::Evaluation>(*m_evaluation);
    auto* histogram = shown<HistogramPanel>(m_context.get());
    QTRY_VERIFY(histogram->bins().count() > 0);
    const double top = histogram->plot()->yAxis->range().upper;
    auto& few = evaluation->ood.back();
    for (auto& scores : few.scores)
        scores.resize(1);
    few.paths.resize(1);
    m_context->setEvaluation(evaluation);
    QTRY_COMPARE(m_context->sortedScores(setCount(*evaluation) - 1).size(), std::size_t{1});
    QTest::qWait(0);
    QTRY_VERIFY(histogram->plot()->yAxis->range().upper <= 2 * top);
    auto* scale = histogram->findChild<QComboBox*>();
    scale->setCurrentIndex(1);  // images per bin: one image is one
    QVERIFY(histogram->plot()->yAxis->range().upper > 2);
}

void PlotsTest::trainingCurveFitsALowDock() {
    TrainingCurve curve;
    std::vector<probe::EpochStats> history(3000);
    for (std::size_t i = 0; i < history.size(); ++i) {
        history[i].loss = 1.0 / static_cast<double>(i + 1);
        history[i].trainAccuracy = 0.9;
    }
    curve.setHistory(history);
    curve.resize(190, 110);
    curve.show();
    QTRY_VERIFY(!curve.plot()->legend->visible());
    curve.plot()->replot();
    // The figures along an axis leave room for each other.
    const auto* axis = curve.plot()->xAxis;
    const QFontMetrics metrics(axis->tickLabelFont());
    const QVector<double> ticks = axis->tickVector();
    QVERIFY(ticks.size() >= 2);
    for (qsizetype i = 1; i < ticks.size(); ++i)
        QVERIFY(axis->coordToPixel(ticks[i]) - axis->coordToPixel(ticks[i - 1]) >
                metrics.horizontalAdvance(QStringLiteral("3000")));
    curve.resize(600, 300);
    QTRY_VERIFY(curve.plot()->legend->visible());
}

void PlotsTest::resultsSayThatThereAreNone() {
    auto* panel = shown<ResultsPanel>(m_context.get(), m_jobs.get());
    QTRY_VERIFY(panel->view()->isVisible());
    const auto* message = panel->findChild<MessagePage*>();
    m_context->setEvaluation(nullptr);
    QTRY_VERIFY(message->isVisible());
    QCOMPARE(message->title(), QStringLiteral("No evaluation is open"));
    m_context->setEvaluation(m_evaluation);
    QTRY_VERIFY(panel->view()->isVisible());
}

void PlotsTest::longNamesLeaveRoomForFigures() {
    auto evaluation = std::make_shared<experiment::Evaluation>(*m_evaluation);
    const std::string longer(300, 'x');
    for (auto& set : evaluation->ood)
        set.name += longer;
    for (auto& result : evaluation->results)
        result.ood += longer;
    auto* panel = shown<ResultsPanel>(m_context.get(), m_jobs.get());
    m_context->setEvaluation(evaluation);
    const QString name = QString::fromStdString(evaluation->results.front().ood);
    QTRY_COMPARE(panel->rows()->index(0, ResultsModel::OodSet).data().toString(), name);
    QVERIFY(panel->view()->columnWidth(ResultsModel::OodSet) <
            panel->view()->fontMetrics().horizontalAdvance(name) / 3);
    QVERIFY(panel->rows()->index(0, ResultsModel::OodSet).data(Qt::ToolTipRole).toString().contains(name));
    ThresholdBar bar(m_context.get());
    QVERIFY(bar.oodBox()->maximumWidth() < bar.fontMetrics().horizontalAdvance(name) / 2);
    QCOMPARE(bar.oodBox()->itemText(1), name);
}

void PlotsTest::noRatesOfNothing() {
    auto* histogram = shown<HistogramPanel>(m_context.get());
    auto* accepts = histogram->counts()->button(Verdict::FalseAccept);
    QVERIFY(accepts->text().contains(u'%'));
    m_context->setEvaluation(nullptr);
    QVERIFY(!accepts->text().contains(u'%'));
    QVERIFY(accepts->text().endsWith(u"FPR –"));
}

void PlotsTest::longTextEndsInAnEllipsis() {
    ElidedLabel label;
    label.setText(QStringLiteral("A text that is rather long for the little room it has"));
    label.resize(2000, 20);
    QCOMPARE(label.shownText(), label.text());
    label.resize(120, 20);
    QVERIFY(label.shownText().endsWith(u'…'));
    QVERIFY(label.fontMetrics().horizontalAdvance(label.shownText()) <= 120);
    QVERIFY(label.minimumSizeHint().width() < 30);  // never widens what it is in
}

QTEST_MAIN(PlotsTest)
#include "tst_plots.moc"
