// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QTest>

#include "core/base/files.h"
#include "core/io/json.h"

using namespace oodscope;

class TestJson : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    fs::path place() const { return fs::path(m_folder.path().toStdString()) / "x.json"; }
    Result<io::Json> read(const std::string& text) const {
        (void)writeFileAtomically(place(), text);
        return io::readJson(place());
    }

private Q_SLOTS:
    void roundTrip() {
        const io::Json json = {{"a", {1, 2.5, nullptr}}, {"b", {{"c", "ü"}}}};
        QVERIFY(io::writeJson(place(), json));
        QVERIFY(*io::readJson(place()) == json);
    }

    void sameKeyInDifferentObjectsIsFine() {
        const auto json = read(R"({"a": {"x": 1}, "b": {"x": 2}, "c": [{"x": 3}, {"x": 4}]})");
        QVERIFY2(json, json ? "" : json.error().message.c_str());
        QCOMPARE(json->at("c").at(1).at("x").get<int>(), 4);
    }

    void badFilesAreOneLineErrors_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("reason");
        QTest::newRow("empty") << QByteArray("") << QByteArray("not valid JSON");
        QTest::newRow("cut") << QByteArray("{\"a\": [1, 2") << QByteArray("(byte 12): parse error at line 1");
        QTest::newRow("rest") << QByteArray("{} x") << QByteArray("not valid JSON");
        QTest::newRow("duplicate") << QByteArray("{\"a\": 1, \"a\": 2}") << QByteArray("'a' appears twice");
        QTest::newRow("inner duplicate") << QByteArray("[{\"q\": {\"b\": 1, \"c\": {}, \"b\": 2}}]")
                                         << QByteArray("'b'");
        QTest::newRow("utf-8") << QByteArray("{\"a\": \"\xff\"}") << QByteArray("not valid JSON");
        QTest::newRow("deep") << QByteArray(100000, '[') + QByteArray(100000, ']') << QByteArray("deep");
    }
    void badFilesAreOneLineErrors() {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, reason);
        const auto json = read(text.toStdString());
        QVERIFY(!json);
        const auto message = QByteArray::fromStdString(json.error().message);
        QVERIFY2(message.contains(reason) && message.contains("x.json") && !message.contains('\n'),
                 message.constData());
    }

    void textThatIsNotUtf8IsNotWritten() {
        fs::remove(place());
        QVERIFY(!io::writeJson(place(), io::Json("\xff")));
        QVERIFY(!fs::exists(place()));
    }
};

QTEST_APPLESS_MAIN(TestJson)
#include "tst_json.moc"
