// SPDX-License-Identifier: GPL-3.0-or-later
// Figures follow the language of the program where a person reads them, and nothing where a program does.
#include <QDirIterator>
#include <QRegularExpression>
#include <QtTest>
#include <limits>

#include "support/synthetic_evaluation.h"
#include "ui/models/image_scores_model.h"
#include "ui/models/number_text.h"
#include "ui/models/provenance_model.h"
#include "ui/models/results_model.h"
#include "ui/models/top_classes_model.h"

using namespace oodscope;
using namespace oodscope::ui;

class TestNumberText : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { QLocale::setDefault(QLocale(QLocale::German, QLocale::Germany)); }
    void cleanup() { QLocale::setDefault(QLocale::c()); }
    void followsTheLanguage();
    void whatIsNoNumber();
    void exactTextReadsBack();
    void exportsKeepThePoint();
    void modelsFollowTheLanguage();
    void nobodyElseWritesFigures();
};

void TestNumberText::followsTheLanguage() {
    QCOMPARE(numberText(0.95314), QStringLiteral("0,9531"));
    QCOMPARE(scoreText(-12.34567), QStringLiteral("-12,3457"));
    QCOMPARE(scoreText(0.99673), QStringLiteral("0,996730"));  // as long as its neighbours
    QCOMPARE(scoreText(1, 3), QStringLiteral("1,00"));
    QCOMPARE(fixedText(2.5, 2), QStringLiteral("2,50"));
    QCOMPARE(percentText(0.12345), QStringLiteral("12,35\u202f%"));
    QCOMPARE(percentText(0.12345, 1), QStringLiteral("12,3\u202f%"));
    QCOMPARE(countText(1200), QStringLiteral("1.200"));
    QCOMPARE(bytesText(12300), QStringLiteral("12,3 kB"));
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    QCOMPARE(numberText(0.95314), QStringLiteral("0.9531"));
    QCOMPARE(countText(1200), QStringLiteral("1,200"));
}

void TestNumberText::whatIsNoNumber() {
    const double infinity = std::numeric_limits<double>::infinity();
    QCOMPARE(numberText(infinity), QStringLiteral("+∞"));
    QCOMPARE(numberText(-infinity), QStringLiteral("−∞"));
    QCOMPARE(scoreText(infinity), QStringLiteral("+∞"));
    QCOMPARE(numberText(std::nan("")), QStringLiteral("–"));
    QCOMPARE(percentText(std::nan("")), QStringLiteral("–"));
}

void TestNumberText::exactTextReadsBack() {
    for (const double value : {0.1, 1.0 / 3, 1e-300, 123456.789012345, -0.30000000000000004}) {
        bool ok = false;
        QCOMPARE(QLocale().toDouble(exactText(value), &ok), value);
        QVERIFY(ok);
    }
    QCOMPARE(exactText(0.1), QStringLiteral("0,1"));
}

void TestNumberText::exportsKeepThePoint() {
    QCOMPARE(fixedText(1234.5, 1, exportLocale()), QStringLiteral("1234.5"));
    QCOMPARE(countText(1200000, exportLocale()), QStringLiteral("1200000"));
    ResultsModel model;
    const auto evaluation = testing::makeSyntheticEvaluation();
    model.setEvaluation(evaluation);
    const double auroc = evaluation->results.front().metrics.auroc;
    const QModelIndex cell = model.index(0, ResultsModel::Auroc);
    QCOMPARE(cell.data(ResultsModel::PlainTextRole).toString(), QString::number(100 * auroc, 'f', 2));
    QCOMPARE(cell.data().toString(), QString::number(100 * auroc, 'f', 2).replace(u'.', u','));
    const QModelIndex interval = model.index(0, ResultsModel::Interval);
    QCOMPARE(interval.data().toString(), interval.data(ResultsModel::PlainTextRole).toString().replace(u'.', u','));
    QVERIFY(interval.data().toString().contains(u','));
    QCOMPARE(model.index(0, ResultsModel::Detector).data(ResultsModel::PlainTextRole).toString(),
             QString::fromStdString(evaluation->results.front().detector));
}

void TestNumberText::modelsFollowTheLanguage() {
    const auto evaluation = testing::makeSyntheticEvaluation();
    const ImageRef image{kFirstOodSet, 0};
    ImageScoresModel scores;
    scores.setImage(evaluation.get(), image);
    const double score = setScores(*evaluation, image.set, 0)[0];
    QCOMPARE(scores.index(0, ImageScoresModel::Score).data().toString(), scoreText(score));
    QVERIFY(scoreText(score).contains(u','));
    QVERIFY(scores.index(0, ImageScoresModel::IdShare).data().toString().contains(u','));
    TopClassesModel classes(5);
    classes.setImage(evaluation.get(), image);
    QVERIFY(classes.index(0).data(Qt::ToolTipRole).toString().contains(u','));
    ProvenanceModel provenance;
    provenance.setJson({{"learning_rate", 0.001}, {"seed", 12345}});
    QCOMPARE(provenance.index(0, ProvenanceModel::Value).data().toString(), QStringLiteral("0,001"));
    QCOMPARE(provenance.index(1, ProvenanceModel::Value).data().toString(), QStringLiteral("12345"));
}

/// A figure that is formatted elsewhere would follow no language, or another one.
void TestNumberText::nobodyElseWritesFigures() {
    const QRegularExpression floats(QStringLiteral("'[efg]'|QLocale\\(\\)\\.toString\\(|locale\\.toString\\("));
    const QStringList exceptions{QStringLiteral("number_text.cpp"), QStringLiteral("histogram_panel.cpp")};  // its CSV
    QDirIterator files(QStringLiteral(OODSCOPE_TEST_DATA "/../../ui"), {QStringLiteral("*.cpp")}, QDir::Files,
                       QDirIterator::Subdirectories);
    int read = 0;
    while (files.hasNext()) {
        QFile file(files.next());
        if (exceptions.contains(files.fileName())) continue;
        QVERIFY(file.open(QIODevice::ReadOnly));
        ++read;
        const auto match = floats.match(QString::fromUtf8(file.readAll()));
        QVERIFY2(!match.hasMatch(), qPrintable(files.filePath() + QStringLiteral(": ") + match.captured()));
    }
    QVERIFY(read > 40);
}

QTEST_GUILESS_MAIN(TestNumberText)
#include "tst_number_text.moc"
