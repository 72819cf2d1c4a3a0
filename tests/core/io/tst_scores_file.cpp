// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QTest>
#include <limits>

#include "core/base/files.h"
#include "core/io/npy.h"
#include "core/io/scores_file.h"

using namespace oodscope;

class TestScoresFile : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    fs::path place(const char* name) const { return fs::path(m_folder.path().toStdString()) / name; }
    Result<std::vector<double>> read(const std::string& text, const char* name = "s.csv") const {
        (void)writeFileAtomically(place(name), text);
        return io::readScores(place(name));
    }

private Q_SLOTS:
    void readsText() {
        const std::vector<double> expected{0.1, -2, 1e-300};
        QCOMPARE(*read("0.1\n-2\n1e-300\n"), expected);
        QCOMPARE(*read("score\r\n 0.1\r\n\r\n-2\r\n1e-300", "s.TXT"), expected);
        QCOMPARE(*read("\xef\xbb\xbf+0.1\n-2\n1e-300"), expected);
        QCOMPARE(*read("\"max softmax\"\n0.1\n-2\n1e-300"), expected);
        QCOMPARE(read("-inf\n1")->front(), -std::numeric_limits<double>::infinity());
    }

    void badLinesAreNamed_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("place");
        QTest::newRow("word") << QByteArray("1\n2\nx\n") << QByteArray("line 3");
        QTest::newRow("two columns") << QByteArray("score\n1,2\n") << QByteArray("line 2");
        QTest::newRow("two headers") << QByteArray("score\nmore\n1\n") << QByteArray("line 2");
        QTest::newRow("not a header") << QByteArray("1.2.3\n1\n") << QByteArray("line 1");
        QTest::newRow("nan") << QByteArray("1\n\nnan\n") << QByteArray("line 3");
        QTest::newRow("empty") << QByteArray("") << QByteArray("no scores");
        QTest::newRow("only a header") << QByteArray("score\n") << QByteArray("no scores");
    }
    void badLinesAreNamed() {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, place);
        const auto scores = read(text.toStdString());
        QVERIFY(!scores);
        const auto message = QByteArray::fromStdString(scores.error().message);
        QVERIFY2(message.contains(place) && message.contains("s.csv"), message.constData());
    }

    void readsArrays() {
        const std::vector<double> values{0.25, 0.1};
        QVERIFY(io::writeNpy(place("a.npy"), values));
        QCOMPARE(*io::readScores(place("a.npy")), values);
        QVERIFY(io::writeNpy(place("a.npy"), std::vector<double>{1, std::numeric_limits<double>::quiet_NaN()}));
        QVERIFY(io::readScores(place("a.npy")).error().message.find("index 1") != std::string::npos);
        QVERIFY(io::writeNpy(place("a.npy"), Matrix::own(1, 2, {1, 2})));
        QVERIFY(!io::readScores(place("a.npy")));
    }

    void otherFilesAreRefused() {
        QCOMPARE(read("1\n", "s.xlsx").error().code, ErrorCode::Unsupported);
        QCOMPARE(io::readScores(place("none.csv")).error().code, ErrorCode::NotFound);
    }
};

QTEST_APPLESS_MAIN(TestScoresFile)
#include "tst_scores_file.moc"
