// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

#include "ui/models/benchmark_sets_model.h"

using namespace oodscope;
using namespace oodscope::ui;
using experiment::LocatedSet;
using experiment::OodGroup;
using experiment::SetRole;
using State = data::SetReport::State;

namespace {

LocatedSet known(const char* key, SetRole role, OodGroup group, State state) {
    LocatedSet set{role, key, state == State::Missing || state == State::Broken ? "" : "/data/x", group, {}};
    set.report.known = data::findKnownSet(key);
    set.report.state = state;
    return set;
}

experiment::LocatedSets someSets() {
    experiment::LocatedSets sets{known("in1k-train", SetRole::IdTrain, OodGroup::None, State::Complete),
                                 known("in1k-val", SetRole::IdTest, OodGroup::None, State::Differs),
                                 known("ninco", SetRole::Ood, OodGroup::Near, State::Complete),
                                 known("sun", SetRole::Ood, OodGroup::Far, State::Missing),
                                 known("textures", SetRole::Ood, OodGroup::None, State::Broken),
                                 {SetRole::Ood, "/my/set", "/my/set", OodGroup::None, {}}};
    sets[0].report.images = 1281167;
    sets[0].report.classes = 1000;
    sets[1].report.images = 49999;
    sets[1].report.classes = 1000;
    sets[1].report.remarks = {"49,999 of 50,000 images: 1 missing"};
    sets[2].report.images = 5878;
    sets[2].report.classes = 64;
    sets[2].report.skippedKinds = {{".gif", 1}};
    sets[4].report.remarks = {"/data/x: cannot be read"};
    sets[5].report.state = State::Complete;
    return sets;
}

QString cellText(const BenchmarkSetsModel& model, int row, int column) {
    return model.index(row, column).data().toString();
}

}  // namespace

class TestBenchmarkSetsModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }

    void showsWhatWasFound() {
        BenchmarkSetsModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(model.rowCount(), 0);
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        model.setSets(someSets());
        QCOMPARE(resets.size(), 1);
        QCOMPARE(model.rowCount(), 6);
        QCOMPARE(model.missingCount(), 2);
        QStringList rows;
        for (int row = 0; row < model.rowCount(); ++row) {
            QStringList cells;
            for (int column = 0; column < model.columnCount(); ++column)
                cells << cellText(model, row, column);
            rows << cells.join(QStringLiteral(" | "));
        }
        QCOMPARE(rows[0], QStringLiteral("ImageNet-1k train | ID train | found | 1281167 images, 1000 classes"));
        QVERIFY(
            rows[1].endsWith(QStringLiteral("differs | 49999 images, 1000 classes; "
                                            "49,999 of 50,000 images: 1 missing")));
        QVERIFY2(rows[2].contains(QStringLiteral(
                     "NINCO | near OOD | found | 5878 images, 64 classes, .gif files skipped, as by ImageFolder: 1")),
                 qPrintable(rows[2]));
        QCOMPARE(rows[3], QStringLiteral("SUN | far OOD | missing | expected as SUN/images/*.jpg"));
        QCOMPARE(rows[4], QStringLiteral("Textures | OOD | broken | /data/x: cannot be read"));
        QCOMPARE(rows[5], QStringLiteral("set | OOD | found | /my/set"));
        QVERIFY(model.index(3, 0).data(Qt::ToolTipRole).toString().contains(QStringLiteral("SUN.tar.gz")));
        QCOMPARE(model.index(3, 0).data(BenchmarkSetsModel::SourceRole).toString(), QString());
        QCOMPARE(model.index(3, 0).data(BenchmarkSetsModel::StateRole).toInt(), static_cast<int>(State::Missing));
    }

    void outOfRange() {
        BenchmarkSetsModel model;
        model.setSets(someSets());
        const int rows = model.rowCount(), columns = model.columnCount();
        QVERIFY(!model.index(rows, 0).isValid() && !model.index(-1, 0).isValid());
        QVERIFY(!model.index(0, columns).isValid() && !model.index(0, -1).isValid());
        QVERIFY(!model.data({}).isValid());
        QVERIFY(!model.headerData(columns, Qt::Horizontal).isValid());
        QVERIFY(!model.headerData(-1, Qt::Horizontal).isValid());
        QVERIFY(!model.headerData(0, Qt::Vertical).isValid());
        QVERIFY(!model.headerData(0, Qt::Horizontal).toString().isEmpty());
        QCOMPARE(model.rowCount(model.index(0, 0)), 0);
        QCOMPARE(model.columnCount(model.index(0, 0)), 0);
        QVERIFY(!model.index(0, 0).data(Qt::UserRole + 99).isValid());
    }
};

QTEST_GUILESS_MAIN(TestBenchmarkSetsModel)
#include "tst_benchmark_sets_model.moc"
