// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractItemModelTester>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QTreeView>
#include <QWheelEvent>
#include <algorithm>

#include "support/synthetic_evaluation.h"
#include "ui/models/image_scores_model.h"
#include "ui/panels/gallery/gallery_panel.h"
#include "ui/panels/inspector/inspector_panel.h"
#include "ui/pictures.h"
#include "ui/widgets/elided_field.h"
#include "ui/widgets/image_view.h"

using namespace oodscope;
using namespace oodscope::ui;

class TestInspector : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanup() { QApplication::setPalette(QPalette()); }
    void scoresModelEqualsANaiveShare();
    void showsTheCurrentImage();
    void verdictFollowsTheThreshold();
    void brokenAndMissingFiles();
    void latestImageWins();
    void zoomsAndFits();
    void keysStepThroughTheGallery();
    void pictures();

private:
    template <class T>
    static T* part(QWidget& panel, const char* name) {
        T* found = panel.findChild<T*>(QString::fromLatin1(name));
        if (!found) qFatal("no %s", name);
        return found;
    }

    QTemporaryDir m_folder;
    experiment::EvaluationPtr m_evaluation;
};

void TestInspector::initTestCase() {
    testing::useTestStyle();
    testing::SyntheticOptions options = testing::syntheticSize(150);
    options.imageFolder = m_folder.path().toStdString();
    options.brokenImages = 1;
    m_evaluation = testing::makeSyntheticEvaluation(options);
}

void TestInspector::scoresModelEqualsANaiveShare() {
    ImageScoresModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setImage(m_evaluation.get(), {kFirstOodSet, 3});
    model.setCurrentDetector(1);
    QCOMPARE(model.rowCount(), 3);
    for (int d = 0; d < 3; ++d) {
        const double score = m_evaluation->ood[0].scores[d][3];
        auto sorted = m_evaluation->idTest.scores[d];
        std::sort(sorted.begin(), sorted.end());
        const auto lower = std::lower_bound(sorted.begin(), sorted.end(), score) - sorted.begin();
        QCOMPARE(model.index(d, ImageScoresModel::Score).data(ImageScoresModel::SortRole).toDouble(), score);
        QCOMPARE(model.index(d, ImageScoresModel::IdShare).data(ImageScoresModel::SortRole).toDouble(),
                 static_cast<double>(lower) / sorted.size());
        QCOMPARE(model.index(d, 0).data(ImageScoresModel::IsCurrentRole).toBool(), d == 1);
    }
    QVERIFY(!model.index(3, 0).isValid());
    QVERIFY(!model.index(-1, 0).isValid());
    QVERIFY(!model.headerData(ImageScoresModel::Columns, Qt::Horizontal).isValid());
    QVERIFY(!model.data({}).isValid());
    model.setImage(m_evaluation.get(), {kTrainSet, 0});
    QVERIFY(!model.index(0, 1).data(ImageScoresModel::SortRole).isValid());
    model.setImage(nullptr, {kTrainSet, 0});
    QCOMPARE(model.rowCount(), 0);
}

void TestInspector::showsTheCurrentImage() {
    EvaluationContext context;
    InspectorPanel panel(&context);
    QVERIFY(!panel.imageView()->message().isEmpty());
    context.setEvaluation(m_evaluation);
    context.setCurrentImage({kFirstOodSet, 2});
    QTRY_VERIFY(panel.imageView()->hasImage());
    QCOMPARE(part<QLineEdit>(panel, "file")->text(), context.filePath({kFirstOodSet, 2}));
    const auto* file = part<ElidedField>(panel, "file");  // what is seen of it: the name, in a narrow panel too
    const QString name = QFileInfo(file->text()).fileName();
    panel.resize(200, 600);
    QTRY_VERIFY(file->shownText().startsWith(u"…") && file->shownText().endsWith(name.right(6)));
    QCOMPARE(part<QLineEdit>(panel, "set")->text(), QStringLiteral("near ood"));
    QCOMPARE(part<QLineEdit>(panel, "trueClass")->text(), QStringLiteral("Caracal caracal caracal"));
    QVERIFY(part<QLineEdit>(panel, "size")->text().contains(u"pixels"));
    QCOMPARE(part<QListView>(panel, "topClasses")->model()->rowCount(), 5);
    QCOMPARE(part<QTableView>(panel, "scores")->model()->rowCount(), 3);
    QCOMPARE(part<QTreeView>(panel, "provenance")->model()->rowCount(), int(m_evaluation->provenance.size()));
    context.setEvaluation(nullptr);
    QVERIFY(!panel.imageView()->hasImage());
    QCOMPARE(part<QTreeView>(panel, "provenance")->model()->rowCount(), 0);
}

void TestInspector::verdictFollowsTheThreshold() {
    EvaluationContext context;
    InspectorPanel panel(&context);
    context.setEvaluation(m_evaluation);
    context.setCurrentImage({kFirstOodSet, 0});
    auto* verdict = part<QLabel>(panel, "verdict");
    const double score = *context.score({kFirstOodSet, 0});
    context.setThreshold(score);
    QVERIFY(verdict->text().contains(u"False accept"));
    context.setThreshold(score + 1e-9);
    QVERIFY(verdict->text().contains(u"True reject"));
    context.setDetector(2);
    QVERIFY(verdict->text().contains(u"max_logit"));
}

void TestInspector::brokenAndMissingFiles() {
    EvaluationContext context;
    InspectorPanel panel(&context);
    context.setEvaluation(m_evaluation);
    context.setCurrentImage({kIdTestSet, 0});
    QTRY_COMPARE(panel.imageView()->message(), QStringLiteral("This image cannot be read"));
    context.setEvaluation(testing::makeSyntheticEvaluation());
    context.setCurrentImage({kIdTestSet, 0});
    QTRY_COMPARE(part<QLineEdit>(panel, "size")->text(), QStringLiteral("the file is missing"));
    QCOMPARE(panel.imageView()->message(), QStringLiteral("This image cannot be read"));
}

void TestInspector::latestImageWins() {
    EvaluationContext context;
    InspectorPanel panel(&context);
    context.setEvaluation(m_evaluation);
    context.setCurrentImage({kIdTestSet, 0});  // broken
    for (int row = 1; row < 30; ++row)
        context.setCurrentImage({kIdTestSet, row});
    QTRY_VERIFY(panel.imageView()->hasImage());
    QCOMPARE(part<QLineEdit>(panel, "file")->text(), context.filePath({kIdTestSet, 29}));
    context.setCurrentImage({kIdTestSet, 1});
    context.setCurrentImage({});
    QVERIFY(!panel.imageView()->hasImage());
    QCOMPARE(panel.imageView()->message(), QStringLiteral("No image is chosen"));
}

void TestInspector::zoomsAndFits() {
    ImageView view;
    view.resize(400, 300);
    QImage image(40, 20, QImage::Format_RGB32);
    image.fill(Qt::red);
    view.setImage(image);
    QVERIFY(view.isFitted());
    QCOMPARE(view.zoom(), 10.0 * view.devicePixelRatioF());
    QTest::keyClick(&view, Qt::Key_1);
    QCOMPARE(view.zoom(), 1.0);
    QWheelEvent wheel({200, 150}, view.mapToGlobal(QPointF(200, 150)), {}, {0, 120}, Qt::NoButton, Qt::NoModifier,
                      Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(&view, &wheel);
    QVERIFY(view.zoom() > 1 && !view.isFitted());
    for (int i = 0; i < 100; ++i)
        QTest::keyClick(&view, Qt::Key_Plus);
    QCOMPARE(view.zoom(), 64.0);
    QTest::mouseDClick(&view, Qt::LeftButton);
    QVERIFY(view.isFitted());
    // Enlarged pixels keep their colours: no blur between a black and a white pixel.
    QImage two(2, 1, QImage::Format_RGB32);
    two.setPixelColor(0, 0, Qt::black);
    two.setPixelColor(1, 0, Qt::white);
    view.setImage(two);
    const QImage shown = view.grab().toImage();
    const int y = shown.height() / 2, middle = shown.width() / 2;
    QVERIFY(shown.pixelColor(middle - 6, y).lightness() < 10);
    QVERIFY(shown.pixelColor(middle + 6, y).lightness() > 245);
}

void TestInspector::keysStepThroughTheGallery() {
    EvaluationContext context;
    GalleryPanel gallery(&context);
    InspectorPanel panel(&context);
    connect(&panel, &InspectorPanel::stepRequested, &gallery, &GalleryPanel::step);
    context.setEvaluation(m_evaluation);
    panel.show();
    QVERIFY(QTest::qWaitForWindowExposed(&panel));
    panel.imageView()->setFocus();
    QTest::keyClick(panel.imageView(), Qt::Key_Right);
    QCOMPARE(context.currentImage(), gallery.model()->imageAt(0));
    QTest::keyClick(panel.imageView(), Qt::Key_Right);
    QCOMPARE(context.currentImage(), gallery.model()->imageAt(1));
    QTest::mouseClick(part<QToolButton>(panel, "next"), Qt::LeftButton);
    QCOMPARE(context.currentImage(), gallery.model()->imageAt(2));
    QTest::keyClick(panel.imageView(), Qt::Key_Left);
    QCOMPARE(context.currentImage(), gallery.model()->imageAt(1));
    for (int i = 0; i < 5; ++i)
        QTest::mouseClick(part<QToolButton>(panel, "previous"), Qt::LeftButton);
    QCOMPARE(context.currentImage(), gallery.model()->imageAt(0));
}

void TestInspector::pictures() {
    EvaluationContext context;
    for (const bool dark : {false, true}) {
        const QString suffix = dark ? QStringLiteral("_dark") : QStringLiteral("_light");
        QApplication::setPalette(dark ? testing::darkPalette() : QPalette());
        InspectorPanel panel(&context);
        panel.resize(420, 760);
        context.setEvaluation(nullptr);
        QVERIFY(testing::savePicture(panel, QStringLiteral("inspector_none") + suffix));
        context.setEvaluation(m_evaluation);
        context.setCurrentImage({kIdTestSet, 45});  // the class with the long name
        QTRY_VERIFY(panel.imageView()->hasImage());
        QVERIFY(testing::savePicture(panel, QStringLiteral("inspector") + suffix));
        context.setCurrentImage({kIdTestSet, 0});
        QTRY_VERIFY(!panel.imageView()->message().isEmpty());
        QVERIFY(testing::savePicture(panel, QStringLiteral("inspector_broken") + suffix));
        panel.findChild<QTabWidget*>()->setCurrentIndex(1);
        QVERIFY(testing::savePicture(panel, QStringLiteral("inspector_provenance") + suffix));
        context.setCurrentImage({});
    }
}

QTEST_MAIN(TestInspector)
#include "tst_inspector.moc"
