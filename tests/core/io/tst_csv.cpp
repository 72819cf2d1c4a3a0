// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>
#include <fstream>

#include "core/io/csv.h"

using namespace oodscope;
using Rows = std::vector<std::vector<std::string>>;

class TestCsv : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void reads_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("rows");
        QTest::addColumn<QByteArray>("last");  // the last cell of the last row
        QTest::newRow("plain") << QByteArray("a,b\n1,2\n") << 2 << QByteArray("2");
        QTest::newRow("no end of line") << QByteArray("a,b\n1,2") << 2 << QByteArray("2");
        QTest::newRow("DOS and a mark") << QByteArray(
                                               "\xef\xbb\xbf"
                                               "a,b\r\n1,2\r\n")
                                        << 2 << QByteArray("2");
        QTest::newRow("quotes") << QByteArray("a,\"b \"\"c\"\",\nd\"\n") << 1 << QByteArray("b \"c\",\nd");
        QTest::newRow("empty cells") << QByteArray("a,\n,\n") << 2 << QByteArray("");
        QTest::newRow("quoted, then DOS") << QByteArray("\"a\",\"b\"\r\n1,2\r\n") << 2 << QByteArray("2");
        QTest::newRow("blank lines") << QByteArray("a\n\n\nb\n\n") << 2 << QByteArray("b");
    }
    void reads() {
        QFETCH(QByteArray, text);
        QFETCH(int, rows);
        QFETCH(QByteArray, last);
        const auto read = io::readCsv(file(text));
        QVERIFY2(read.has_value(), read ? "" : read.error().message.c_str());
        QCOMPARE(static_cast<int>(read->size()), rows);
        QCOMPARE(read->back().back(), last.toStdString());
    }

    void malformed_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("message");
        QTest::newRow("empty") << QByteArray("") << QByteArray("no rows");
        QTest::newRow("open quote") << QByteArray("a,b\n\"c,1\n") << QByteArray("line 2: a quote is not closed");
        QTest::newRow("quote inside") << QByteArray("a\"b\n") << QByteArray("line 1: a quote inside");
        QTest::newRow("text after a quote") << QByteArray("\"a\"b\n") << QByteArray("line 1: text after");
        QTest::newRow("too few cells") << QByteArray("a,b\n\"x\ny\",2\n3\n") << QByteArray("line 4: 1 cells");
    }
    void malformed() {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, message);
        const auto read = io::readCsv(file(text));
        QVERIFY(!read);
        QVERIFY2(QByteArray::fromStdString(read.error().message).contains(message), read.error().message.c_str());
    }

    void writtenRowsComeBack() {
        const Rows rows{{"plain", "with, comma", "with \"quotes\""}, {"", "two\nlines", "ü"}};
        std::string text;
        for (const auto& row : rows)
            text += io::csvRow(row);
        const auto read = io::readCsv(file(QByteArray::fromStdString(text)));
        QVERIFY(read.has_value());
        QVERIFY(*read == rows);
    }

private:
    std::filesystem::path file(const QByteArray& text) {
        const std::filesystem::path path = m_dir.filePath(QStringLiteral("a.csv")).toStdString();
        std::ofstream(path, std::ios::binary) << text.toStdString();
        return path;
    }
    QTemporaryDir m_dir;
};

QTEST_APPLESS_MAIN(TestCsv)
#include "tst_csv.moc"
