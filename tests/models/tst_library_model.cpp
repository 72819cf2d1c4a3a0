// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "ui/models/library_model.h"

using namespace oodscope;
using namespace oodscope::ui;
using workspace::Artefact;
using workspace::ArtefactKind;

namespace {

Artefact artefact(const char* key, const char* title = "title") {
    return {ArtefactKind::Evaluation, key, title, "/tmp/x", 1'700'000'000'000, {{"images", 1200}}};
}

QStringList keys(const LibraryModel& model, ArtefactKind kind) {
    QStringList list;
    const QModelIndex section = model.sectionIndex(kind);
    for (int row = 0; row < model.rowCount(section); ++row) {
        list << model.index(row, 0, section).data(LibraryModel::KeyRole).toString();
    }
    return list;
}

QStringList expected(const char* text) {
    return QString::fromLatin1(text).split(QLatin1Char(' '), Qt::SkipEmptyParts);
}

}  // namespace

class TestLibraryModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void refreshChangesOnlyWhatDiffers();
    void randomRefreshesArrive();
    void rolesAndOutOfRange();
    void readsAWorkspace();
};

void TestLibraryModel::refreshChangesOnlyWhatDiffers() {
    LibraryModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QVERIFY(model.isEmpty());
    model.setArtefacts(ArtefactKind::Evaluation, {artefact("b"), artefact("a")});
    QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
    QSignalSpy removed(&model, &QAbstractItemModel::rowsRemoved);
    const QPersistentModelIndex kept = model.indexOf(ArtefactKind::Evaluation, QStringLiteral("a"));
    model.setArtefacts(ArtefactKind::Evaluation, {artefact("c"), artefact("b"), artefact("a", "renamed")});
    QCOMPARE(inserted.size(), 1);
    QCOMPARE(removed.size(), 0);
    QCOMPARE(kept.row(), 2);
    QCOMPARE(kept.data().toString(), QStringLiteral("renamed"));
    model.setArtefacts(ArtefactKind::Evaluation, {artefact("a"), artefact("c")});
    QCOMPARE(removed.size(), 1);
    QCOMPARE(kept.row(), 0);
    QCOMPARE(resets.size(), 0);
    model.clear();
    QVERIFY(model.isEmpty());
    QVERIFY(!kept.isValid());
}

void TestLibraryModel::randomRefreshesArrive() {
    LibraryModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    std::srand(5);
    for (int round = 0; round < 60; ++round) {
        std::vector<Artefact> artefacts;
        QStringList names;
        for (int i = 0; i < 8; ++i) {
            const QString key = QString::number(std::rand() % 10);
            if (names.contains(key)) continue;
            names << key;
            artefacts.push_back(artefact(qPrintable(key), round % 2 ? "x" : "y"));
        }
        model.setArtefacts(ArtefactKind::Probe, artefacts);
        QCOMPARE(keys(model, ArtefactKind::Probe), names);
    }
}

void TestLibraryModel::rolesAndOutOfRange() {
    LibraryModel model;
    model.setArtefacts(ArtefactKind::Evaluation, {artefact("a")});
    const QModelIndex section = model.sectionIndex(ArtefactKind::Evaluation);
    QVERIFY(section.data(LibraryModel::IsSectionRole).toBool());
    QCOMPARE(section.data().toString(), QStringLiteral("Runs (1)"));
    const QModelIndex row = model.index(0, 0, section);
    QVERIFY(!row.data(LibraryModel::IsSectionRole).toBool());
    QCOMPARE(row.siblingAtColumn(LibraryModel::Created).data(LibraryModel::SortRole).toLongLong(), 1'700'000'000'000);
    QVERIFY(row.siblingAtColumn(LibraryModel::Details).data().toString().startsWith(u"images "));
    workspace::Artefact dataset;
    dataset.details = {{"classes", 9}, {"aside", 1}, {"images", 360}, {"skipped_files", 0}};
    QCOMPARE(artefactSummary(dataset), QStringLiteral("images 360 · classes 9 · aside 1"));
    dataset.details = {{"classes", 0}, {"images", 36}};  // a flat folder has none
    QCOMPARE(artefactSummary(dataset), QStringLiteral("images 36"));
    QCOMPARE(model.artefact(row)->key, std::string("a"));
    QVERIFY(!model.artefact(section));
    QVERIFY(!model.artefact({}));
    QVERIFY(!model.index(1, 0, section).isValid());
    QVERIFY(!model.index(-1, 0).isValid());
    QVERIFY(!model.index(model.rowCount(), 0).isValid());
    QVERIFY(!model.index(0, LibraryModel::Columns, section).isValid());
    QVERIFY(!model.index(0, 0, row).isValid());
    QVERIFY(!model.headerData(LibraryModel::Columns, Qt::Horizontal).isValid());
    QVERIFY(!model.headerData(-1, Qt::Horizontal).isValid());
    QVERIFY(!model.data({}).isValid());
    QVERIFY(!model.indexOf(ArtefactKind::Evaluation, QStringLiteral("none")).isValid());
}

void TestLibraryModel::readsAWorkspace() {
    QTemporaryDir folder;
    auto workspace = workspace::Workspace::open(folder.path().toStdString());
    QVERIFY(workspace.has_value());
    LibraryModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QVERIFY((*workspace)->record(artefact("first")).has_value());
    auto later = artefact("second");
    later.createdMs += 1000;
    QVERIFY((*workspace)->record(later).has_value());
    QVERIFY(model.refresh(**workspace).has_value());
    QCOMPARE(keys(model, ArtefactKind::Evaluation), expected("second first"));
    QVERIFY((*workspace)->remove(ArtefactKind::Evaluation, "second").has_value());
    QVERIFY(model.refresh(**workspace).has_value());
    QCOMPARE(keys(model, ArtefactKind::Evaluation), expected("first"));
}

QTEST_GUILESS_MAIN(TestLibraryModel)
#include "tst_library_model.moc"
