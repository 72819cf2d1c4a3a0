// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QElapsedTimer>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <set>

#include "support/synthetic_evaluation.h"
#include "ui/panels/gallery/gallery_delegate.h"
#include "ui/panels/gallery/gallery_panel.h"
#include "ui/panels/gallery/gallery_view.h"
#include "ui/pictures.h"
#include "ui/widgets/message_page.h"

using namespace oodscope;
using namespace oodscope::ui;

class TestGallery : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanup() { QApplication::setPalette(QPalette()); }
    void emptyStatesSayWhy();
    void verdictChipsFilter();
    void countsFollowTheThreshold();
    void searchSetAndOrder();
    void activeFiltersCanBeRemoved();
    void keyboardMovesAndInspects();
    void currentImageOutlivesADrag();
    void copiesPaths();
    void thumbnailsArriveAndBrokenOnesSayWhy();
    void listsUnreadableFiles();
    void hiddenRequestsAreDropped();
    void manyImagesScroll();
    void pictures();

private:
    template <class T>
    static T* part(QWidget& panel, const char* name) {
        T* found = panel.findChild<T*>(QString::fromLatin1(name));
        if (!found) qFatal("no %s", name);
        return found;
    }
    static bool show(QWidget& panel, const QSize& size = {900, 620}) {
        panel.resize(size);
        panel.show();
        return QTest::qWaitForWindowExposed(&panel);
    }
    experiment::EvaluationPtr withImages();

    QTemporaryDir m_folder;
    experiment::EvaluationPtr m_withImages;
};

void TestGallery::initTestCase() {
    testing::useTestStyle();
}

experiment::EvaluationPtr TestGallery::withImages() {
    if (!m_withImages) {
        testing::SyntheticOptions options = testing::syntheticSize(300);
        options.imageFolder = m_folder.path().toStdString();
        options.brokenImages = 2;
        m_withImages = testing::makeSyntheticEvaluation(options);
    }
    return m_withImages;
}

void TestGallery::emptyStatesSayWhy() {
    EvaluationContext context;
    GalleryPanel panel(&context);
    QVERIFY(show(panel));
    auto* message = panel.findChild<MessagePage*>();
    QVERIFY(message->isVisible());
    QVERIFY(message->text().contains(u"Library"));
    context.setEvaluation(testing::makeSyntheticEvaluation());
    QVERIFY(panel.view()->isVisible());
    context.setFilter({.verdicts = {Verdict::FalseAccept}});
    context.setThreshold(1e9);
    QTRY_VERIFY(message->isVisible());
    QCOMPARE(message->title(), QStringLiteral("No false accepts"));
    QVERIFY(message->text().contains(u"Lower"));
    QTest::mouseClick(part<QPushButton>(panel, "messageAction"), Qt::LeftButton);
    QCOMPARE(context.filter(), ImageFilter{});
    QTRY_VERIFY(panel.view()->isVisible());
}

void TestGallery::verdictChipsFilter() {
    EvaluationContext context;
    GalleryPanel panel(&context);
    context.setEvaluation(testing::makeSyntheticEvaluation());
    QVERIFY(show(panel));
    const auto counts = context.counts();
    auto* accepts = part<QToolButton>(panel, "verdictFalseAccepts");
    auto* rejects = part<QToolButton>(panel, "verdictFalseRejects");
    auto* all = part<QToolButton>(panel, "verdictAll");
    QVERIFY(all->isChecked());
    QCOMPARE(accepts->text(), QStringLiteral(" False accepts %1").arg(counts.falseAccepts));
    QTest::mouseClick(accepts, Qt::LeftButton);
    QCOMPARE(panel.model()->rowCount(), static_cast<int>(counts.falseAccepts));
    QVERIFY(accepts->isChecked() && !all->isChecked());
    QTest::mouseClick(rejects, Qt::LeftButton);
    QCOMPARE(panel.model()->rowCount(), static_cast<int>(counts.falseAccepts + counts.falseRejects));
    QCOMPARE(part<QLabel>(panel, "count")->text(), QStringLiteral("%1 of 750 images").arg(panel.model()->rowCount()));
    QTest::mouseClick(all, Qt::LeftButton);
    QTest::mouseClick(all, Qt::LeftButton);
    QVERIFY(all->isChecked());
    QCOMPARE(panel.model()->rowCount(), 750);
}

void TestGallery::countsFollowTheThreshold() {
    EvaluationContext context;
    GalleryPanel panel(&context);
    context.setEvaluation(testing::makeSyntheticEvaluation());
    context.setOodSet(kFirstOodSet + 1);
    context.setFilter({.verdicts = {Verdict::FalseAccept}});
    QVERIFY(show(panel));
    for (const double t : {0.3, 0.6, 0.8, 0.9}) {
        context.setThreshold(t);
        QTRY_COMPARE(panel.model()->rowCount(), static_cast<int>(context.counts().falseAccepts));
        QCOMPARE(part<QToolButton>(panel, "verdictFalseAccepts")->text(),
                 QStringLiteral(" False accepts %1").arg(context.counts().falseAccepts));
        for (int row = 0; row < panel.model()->rowCount(); ++row) {
            const ImageRef image = panel.model()->imageAt(row);
            QCOMPARE(image.set, kFirstOodSet + 1);
            QVERIFY(*context.score(image) >= t);
        }
    }
}

void TestGallery::searchSetAndOrder() {
    EvaluationContext context;
    GalleryPanel panel(&context);
    context.setEvaluation(testing::makeSyntheticEvaluation());
    QVERIFY(show(panel));
    auto* search = part<QLineEdit>(panel, "search");
    QTest::keyClicks(search, QStringLiteral("WINDSOR"));
    QVERIFY(context.filter().text.isEmpty());  // waits for the typing to end
    QTRY_COMPARE(context.filter().text, QStringLiteral("WINDSOR"));
    QVERIFY(panel.model()->rowCount() > 0 && panel.model()->rowCount() < 100);
    search->clear();
    QTest::keyClick(search, Qt::Key_Return);
    QVERIFY(context.filter().text.isEmpty());
    auto* sets = part<QComboBox>(panel, "setFilter");
    QTest::keyClick(sets, Qt::Key_End);
    QCOMPARE(context.filter().sets, std::vector<int>{kFirstOodSet + 1});
    auto* order = part<QComboBox>(panel, "order");
    QTest::keyClick(order, Qt::Key_Down);
    QCOMPARE(panel.model()->sortKey(), ImageSort::Score);
    QVERIFY(panel.model()->isDescending());
    QVERIFY(*context.score(panel.model()->imageAt(0)) >= *context.score(panel.model()->imageAt(1)));
}

void TestGallery::activeFiltersCanBeRemoved() {
    EvaluationContext context;
    GalleryPanel panel(&context);
    context.setEvaluation(testing::makeSyntheticEvaluation());
    QVERIFY(show(panel));
    QVERIFY(!part<QWidget>(panel, "filterChips")->isVisible());
    context.setFilter({.sets = {kTrainSet}, .trueLabel = 4, .pseudoLabel = 5, .scores = {}, .text = {}});
    QVERIFY(part<QWidget>(panel, "filterChips")->isVisible());
    QVERIFY(part<QToolButton>(panel, "chipTrueLabel")->toolTip().contains(u"merganser"));
    QTest::mouseClick(part<QToolButton>(panel, "chipTrueLabel"), Qt::LeftButton);
    QVERIFY(!context.filter().trueLabel && context.filter().pseudoLabel == 5);
    context.setFilter({.scores = {{0.2, 0.5}}, .text = QStringLiteral("x")});
    QCOMPARE(part<QLineEdit>(panel, "search")->text(), QStringLiteral("x"));
    QTest::mouseClick(part<QToolButton>(panel, "chipAll"), Qt::LeftButton);
    QCOMPARE(context.filter(), ImageFilter{});
    QVERIFY(part<QLineEdit>(panel, "search")->text().isEmpty());
    // Without chips the header gives their room back.
    const auto* header = part<QWidget>(panel, "galleryHeader");
    QTRY_COMPARE(header->height(), header->heightForWidth(header->width()));
    QVERIFY(header->height() < 3 * part<QLineEdit>(panel, "search")->height());
}

void TestGallery::keyboardMovesAndInspects() {
    EvaluationContext context;
    GalleryPanel panel(&context);
    context.setEvaluation(testing::makeSyntheticEvaluation());
    QVERIFY(show(panel));
    auto* view = panel.view();
    view->setFocus();
    view->setCurrentIndex(panel.model()->index(0));
    QCOMPARE(context.currentImage(), panel.model()->imageAt(0));
    QTest::keyClick(view, Qt::Key_Right);
    QCOMPARE(context.currentImage(), panel.model()->imageAt(1));
    QTest::keyClick(view, Qt::Key_Down);
    const int columns = view->currentIndex().row() - 1;
    QVERIFY2(columns >= 4 && columns <= 8, qPrintable(QString::number(columns)));
    QTest::keyClick(view, Qt::Key_End);
    QCOMPARE(context.currentImage(), panel.model()->imageAt(749));
    QVERIFY(view->verticalScrollBar()->value() > 0);
    QSignalSpy inspected(&panel, &GalleryPanel::inspectRequested);
    QTest::keyClick(view, Qt::Key_Return);
    QCOMPARE(inspected.size(), 1);
    QCOMPARE(inspected.first().first().value<ImageRef>(), panel.model()->imageAt(749));
    const QRect cell = view->visualRect(panel.model()->index(748));
    QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, cell.center());
    QTest::mouseDClick(view->viewport(), Qt::LeftButton, {}, cell.center());
    QCOMPARE(inspected.size(), 2);
    QCOMPARE(context.currentImage(), panel.model()->imageAt(748));
}

void TestGallery::currentImageOutlivesADrag() {
    EvaluationContext context;
    GalleryPanel panel(&context);
    context.setEvaluation(testing::makeSyntheticEvaluation());
    QVERIFY(show(panel));
    panel.model()->setSort(ImageSort::Score, /*descending=*/false);
    context.setFilter({.verdicts = {Verdict::FalseAccept}});
    const ImageRef lowest = panel.model()->imageAt(0);
    panel.view()->setCurrentIndex(panel.model()->index(0));
    QSignalSpy moved(&context, &EvaluationContext::currentImageChanged);
    const double back = context.threshold();
    context.setThreshold(*context.score(lowest) + 0.05);
    QTRY_COMPARE(panel.model()->rowOf(lowest), -1);
    QCOMPARE(context.currentImage(), lowest);  // not a neighbour that the user never chose
    QVERIFY(!panel.view()->currentIndex().isValid());
    context.setThreshold(back);
    QTRY_COMPARE(panel.model()->imageAt(panel.view()->currentIndex().row()), lowest);
    QCOMPARE(moved.size(), 0);
    context.setCurrentImage(panel.model()->imageAt(3));
    QCOMPARE(panel.view()->currentIndex().row(), 3);
}

void TestGallery::copiesPaths() {
    EvaluationContext context;
    GalleryPanel panel(&context);
    context.setEvaluation(testing::makeSyntheticEvaluation());
    QVERIFY(show(panel));
    panel.view()->setCurrentIndex(panel.model()->index(2));
    part<QAction>(panel, "copyPath")->trigger();
    QCOMPARE(QGuiApplication::clipboard()->text(), context.filePath(panel.model()->imageAt(2)));
}

void TestGallery::thumbnailsArriveAndBrokenOnesSayWhy() {
    EvaluationContext context;
    GalleryPanel panel(&context);
    context.setEvaluation(withImages());
    context.setFilter({.sets = {kIdTestSet}});
    QSignalSpy ready(panel.view()->thumbnails(), &ThumbnailProvider::ready);
    QVERIFY(show(panel));
    const auto [first, last] = panel.view()->visibleRows();
    QVERIFY(last - first >= 10);
    QTRY_VERIFY(ready.size() >= last - first);
    const QString good = context.filePath({kIdTestSet, 60});
    QTRY_VERIFY(panel.view()->thumbnails()->find(good));
    QVERIFY(panel.view()->thumbnails()->find(good)->error.isEmpty());
    QVERIFY(!panel.view()->thumbnails()->find(good)->pixmap.isNull());
    const QString broken = context.filePath({kIdTestSet, 0});
    QTRY_VERIFY(panel.view()->thumbnails()->find(broken));
    const QString error = panel.view()->thumbnails()->find(broken)->error;
    QVERIFY(!error.isEmpty());
    const auto index = panel.model()->index(panel.model()->rowOf({kIdTestSet, 0}));
    QVERIFY(panel.view()->galleryDelegate()->toolTip(index).contains(error.toHtmlEscaped()));
}

void TestGallery::listsUnreadableFiles() {
    EvaluationContext context;
    GalleryPanel panel(&context);
    context.setEvaluation(testing::makeSyntheticEvaluation());
    const auto* button = part<QToolButton>(panel, "unreadable");
    QVERIFY(button->isHidden());
    context.setEvaluation(withImages());
    QVERIFY(!button->isHidden());
    const auto actions = button->menu()->actions();
    QCOMPARE(actions.size(), 3);  // the file, a line, the copy
    const QString line = QStringLiteral("bicycle/cut.jpg: the file ends early");
    QVERIFY(actions[0]->text().endsWith(line));
    QGuiApplication::clipboard()->clear();
    actions[2]->trigger();
    QVERIFY(QGuiApplication::clipboard()->text().endsWith(line));
}

void TestGallery::hiddenRequestsAreDropped() {
    EvaluationContext context;
    GalleryPanel panel(&context);
    context.setEvaluation(withImages());
    ThumbnailProvider& provider = *panel.view()->thumbnails();
    for (int row = 0; row < 100; ++row)
        provider.find(context.filePath({kIdTestSet, row}));
    const QString wanted = context.filePath({kIdTestSet, 30});
    provider.retain({wanted});
    QVERIFY(provider.queuedCount() <= 1);
    QTRY_VERIFY(provider.find(wanted));
    // A dropped one can be asked for again.
    QTRY_VERIFY(provider.find(context.filePath({kIdTestSet, 99})));
    provider.setCacheLimit(1);
    QVERIFY(!provider.find(wanted));
}

/// Prints what a frame costs with 100,000 images (or OODSCOPE_GALLERY_IMAGES); the numbers are for people, the test is
/// that all of it is drawn.
void TestGallery::manyImagesScroll() {
    const int wanted = qEnvironmentVariableIntValue("OODSCOPE_GALLERY_IMAGES");
    const int count = wanted > 0 ? wanted : 100'000;
    EvaluationContext context;
    GalleryPanel panel(&context);
    QVERIFY(show(panel, {1200, 800}));
    QElapsedTimer timer;
    timer.start();
    context.setEvaluation(testing::makeSyntheticEvaluation(testing::syntheticSize(count)));
    qInfo("evaluation made in %lld ms", timer.restart());
    QTRY_COMPARE_WITH_TIMEOUT(panel.model()->rowCount(), count, 60'000);
    panel.grab();
    qInfo("%d images: filtered, laid out and first painted in %lld ms", count, timer.restart());
    auto* bar = panel.view()->verticalScrollBar();
    std::vector<double> frames;
    for (int i = 0; i < 200; ++i) {
        timer.restart();
        bar->setValue(bar->maximum() / 200 * i);
        panel.view()->viewport()->repaint();
        frames.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
    }
    std::sort(frames.begin(), frames.end());
    qInfo("scroll and repaint: median %.1f ms, 95 %% %.1f ms, worst %.1f ms", frames[100], frames[190], frames[199]);
    context.setFilter({.verdicts = {Verdict::FalseAccept, Verdict::FalseReject}});
    QTRY_VERIFY(!panel.model()->isBusy());
    frames.clear();
    for (int i = 0; i < 50; ++i) {
        QSignalSpy counted(panel.model(), &ImageListModel::countsChanged);
        context.setThreshold(context.threshold() + 0.002);
        timer.restart();
        while (counted.isEmpty())
            QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents);
        panel.view()->viewport()->repaint();
        frames.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
        QCOMPARE(panel.model()->rowCount(),
                 static_cast<int>(context.counts().falseAccepts + context.counts().falseRejects));
    }
    std::sort(frames.begin(), frames.end());
    qInfo("threshold step (with its 20 ms of waiting) and repaint: median %.1f ms, worst %.1f ms", frames[25],
          frames[49]);
}

void TestGallery::pictures() {
    EvaluationContext context;
    for (const bool dark : {false, true}) {
        const QString suffix = dark ? QStringLiteral("_dark") : QStringLiteral("_light");
        QApplication::setPalette(dark ? testing::darkPalette() : QPalette());
        GalleryPanel panel(&context);
        context.setEvaluation(nullptr);
        QVERIFY(show(panel));
        QVERIFY(testing::savePicture(panel, QStringLiteral("gallery_none") + suffix));
        context.setEvaluation(withImages());
        const auto settle = [&] {
            const auto* header = part<QWidget>(panel, "galleryHeader");
            QTRY_COMPARE(header->height(), header->heightForWidth(header->width()));
            panel.grab();
            QTRY_COMPARE(panel.view()->thumbnails()->queuedCount(), 0);
            const auto [first, last] = panel.view()->visibleRows();
            for (int row = first; row <= last; ++row) {
                QTRY_VERIFY(panel.view()->thumbnails()->find(context.filePath(panel.model()->imageAt(row))));
            }
        };
        context.setFilter({.sets = {kIdTestSet, kFirstOodSet}});
        panel.view()->setCurrentIndex(panel.model()->index(3));
        panel.grab();
        settle();
        QVERIFY(testing::savePicture(panel, QStringLiteral("gallery_all") + suffix));
        context.setFilter({.verdicts = {Verdict::FalseAccept}});
        panel.setThumbnailSize(192);
        panel.grab();
        settle();
        QVERIFY(testing::savePicture(panel, QStringLiteral("gallery_false_accepts") + suffix));
        context.setFilter({.sets = {kTrainSet}, .trueLabel = 4});
        panel.setThumbnailSize(64);
        panel.resize(380, 500);
        panel.grab();
        settle();
        QVERIFY(testing::savePicture(panel, QStringLiteral("gallery_narrow") + suffix));
        context.setFilter({.verdicts = {Verdict::FalseReject}, .text = QStringLiteral("nothing like this")});
        QVERIFY(testing::savePicture(panel, QStringLiteral("gallery_empty") + suffix));
        context.setFilter({.sets = {kIdTestSet}, .text = QStringLiteral("merganser")});
        panel.resize(700, 500);
        panel.setThumbnailSize(48);
        panel.grab();
        settle();
        QVERIFY(testing::savePicture(panel, QStringLiteral("gallery_small") + suffix));
        context.setFilter({});
    }
}

QTEST_MAIN(TestGallery)
#include "tst_gallery.moc"
