// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAction>
#include <QMessageBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeView>

#include "ui/models/library_model.h"
#include "ui/panels/library/library_panel.h"
#include "ui/pictures.h"
#include "ui/widgets/message_page.h"

using namespace oodscope;
using namespace oodscope::ui;
using workspace::Artefact;
using workspace::ArtefactKind;

class TestLibrary : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanup() { QApplication::setPalette(QPalette()); }
    void emptyStatesSayWhatToDo();
    void opensARun();
    void refreshKeepsWhatIsExpanded();
    void removesOnlyWhenConfirmed();
    void pictures();

private:
    template <class T>
    static T* part(QWidget& panel, const char* name) {
        T* found = panel.findChild<T*>(QString::fromLatin1(name));
        if (!found) qFatal("no %s", name);
        return found;
    }
    QTemporaryDir m_folder;
    std::shared_ptr<workspace::Workspace> m_workspace;
};

void TestLibrary::initTestCase() {
    testing::useTestStyle();
    auto opened = workspace::Workspace::open(m_folder.filePath(QStringLiteral("w")).toStdString());
    QVERIFY(opened.has_value());
    m_workspace = *opened;
    const std::vector<Artefact> artefacts{
        {ArtefactKind::Dataset,
         "d1",
         "demo/train",
         "/data/demo/train",
         1'700'000'000'000,
         {{"images", 1200}, {"classes", 12}}},
        {ArtefactKind::Dataset,
         "d2",
         "a-very-long-data-set-name-that-does-not-fit-into-a-narrow-dock",
         "/data/x",
         1'700'000'001'000,
         {{"images", 5879}, {"classes", 64}}},
        {ArtefactKind::Model,
         "m1",
         "tiny-clip",
         "/models/tiny-clip",
         1'700'000'002'000,
         {{"architecture", "ViT"}, {"width", 64}}},
        {ArtefactKind::Evaluation, "e1", "tiny-clip, PLP, demo", "/w/e1", 1'700'000'003'000, {{"accuracy", 0.912}}},
        {ArtefactKind::Evaluation,
         "e2",
         "tiny-clip, zero-shot, demo",
         "/w/e2",
         1'700'000'004'000,
         {{"accuracy", 0.871}}},
    };
    for (const auto& artefact : artefacts)
        QVERIFY(m_workspace->record(artefact).has_value());
}

void TestLibrary::emptyStatesSayWhatToDo() {
    LibraryPanel panel;
    panel.show();
    auto* message = panel.findChild<MessagePage*>();
    QVERIFY(message->isVisible());
    QCOMPARE(message->title(), QStringLiteral("No workspace is open"));
    auto empty = workspace::Workspace::open(m_folder.filePath(QStringLiteral("empty")).toStdString());
    QVERIFY(empty.has_value());
    panel.setWorkspace(*empty);
    QCOMPARE(message->title(), QStringLiteral("Nothing here yet"));
    QSignalSpy wanted(&panel, &LibraryPanel::newRunRequested);
    QTest::mouseClick(part<QPushButton>(panel, "messageAction"), Qt::LeftButton);
    QCOMPARE(wanted.size(), 1);
    panel.setWorkspace(m_workspace);
    QVERIFY(panel.tree()->isVisible());
}

void TestLibrary::opensARun() {
    LibraryPanel panel;
    panel.resize(420, 500);
    panel.show();
    QVERIFY(QTest::qWaitForWindowExposed(&panel));
    panel.setWorkspace(m_workspace);
    QSignalSpy requested(&panel, &LibraryPanel::evaluationRequested);
    const QModelIndex run = panel.model()->indexOf(ArtefactKind::Evaluation, QStringLiteral("e1"));
    panel.tree()->setFocus();
    panel.tree()->setCurrentIndex(run);
    QVERIFY(part<QAction>(panel, "openRun")->isEnabled());
    QTest::keyClick(panel.tree(), Qt::Key_Return);
    QCOMPARE(requested.size(), 1);
    QCOMPARE(requested.first().first().toString(), QStringLiteral("e1"));
    panel.tree()->setCurrentIndex(panel.model()->indexOf(ArtefactKind::Model, QStringLiteral("m1")));
    QVERIFY(!part<QAction>(panel, "openRun")->isEnabled());
    QTest::keyClick(panel.tree(), Qt::Key_Return);
    QCOMPARE(requested.size(), 1);
}

void TestLibrary::refreshKeepsWhatIsExpanded() {
    LibraryPanel panel;
    panel.setWorkspace(m_workspace);
    const QModelIndex models = panel.model()->sectionIndex(ArtefactKind::Model);
    const QModelIndex runs = panel.model()->sectionIndex(ArtefactKind::Evaluation);
    QVERIFY(panel.tree()->isExpanded(runs));
    panel.tree()->collapse(models);
    panel.tree()->setCurrentIndex(panel.model()->indexOf(ArtefactKind::Evaluation, QStringLiteral("e1")));
    QVERIFY(m_workspace->record({ArtefactKind::Evaluation, "e3", "later", "/w/e3", 1'800'000'000'000, {}}).has_value());
    panel.refresh();
    QVERIFY(panel.model()->indexOf(ArtefactKind::Evaluation, QStringLiteral("e3")).isValid());
    QVERIFY(!panel.tree()->isExpanded(models));
    QVERIFY(panel.tree()->isExpanded(runs));
    QCOMPARE(panel.tree()->currentIndex().data(LibraryModel::KeyRole).toString(), QStringLiteral("e1"));
}

void TestLibrary::removesOnlyWhenConfirmed() {
    QVERIFY(m_workspace->record({ArtefactKind::Evaluation, "e3", "later", "/w/e3", 1'800'000'000'000, {}}).has_value());
    LibraryPanel panel;
    panel.show();
    panel.setWorkspace(m_workspace);
    QSignalSpy removed(&panel, &LibraryPanel::removed);
    const auto ask = [&](const char* buttonName) {
        panel.tree()->setCurrentIndex(panel.model()->indexOf(ArtefactKind::Evaluation, QStringLiteral("e3")));
        part<QAction>(panel, "remove")->trigger();
        auto* box = part<QMessageBox>(panel, "removeDialog");
        QAbstractButton* button = buttonName ? part<QPushButton>(*box, buttonName) : box->button(QMessageBox::Cancel);
        QTest::mouseClick(button, Qt::LeftButton);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    };
    ask(nullptr);
    QCOMPARE(removed.size(), 0);
    QVERIFY(panel.model()->indexOf(ArtefactKind::Evaluation, QStringLiteral("e3")).isValid());
    ask("confirmRemove");
    QCOMPARE(removed.size(), 1);
    QVERIFY(!panel.model()->indexOf(ArtefactKind::Evaluation, QStringLiteral("e3")).isValid());
    QVERIFY(!m_workspace->find(ArtefactKind::Evaluation, "e3").value().has_value());
}

void TestLibrary::pictures() {
    for (const bool dark : {false, true}) {
        const QString suffix = dark ? QStringLiteral("_dark") : QStringLiteral("_light");
        QApplication::setPalette(dark ? testing::darkPalette() : QPalette());
        LibraryPanel panel;
        panel.resize(420, 420);
        QVERIFY(testing::savePicture(panel, QStringLiteral("library_none") + suffix));
        panel.setWorkspace(m_workspace);
        panel.setOpenRun(QStringLiteral("e1"));
        panel.tree()->setCurrentIndex(panel.model()->indexOf(ArtefactKind::Model, QStringLiteral("m1")));
        QVERIFY(testing::savePicture(panel, QStringLiteral("library") + suffix));
        panel.resize(240, 300);
        QVERIFY(testing::savePicture(panel, QStringLiteral("library_narrow") + suffix));
    }
}

QTEST_MAIN(TestLibrary)
#include "tst_library.moc"
