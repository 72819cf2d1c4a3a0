// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <set>

#include "core/ood/detector.h"

using namespace oodscope;
using namespace oodscope::ood;

class TestDetectorOptions : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void givenValuesReplaceTheDefaults() {
        const auto detector = makeDetector("KNN:score=distance:k=5").value();
        QCOMPARE(detector->options().whole("k"), 5);
        QCOMPARE(detector->options().word("score"), std::string("distance"));
        QCOMPARE(detector->options().number("temperature"), 0.02);
        const auto plain = makeDetector("knn").value();
        QCOMPARE(plain->options().whole("k"), 1);
        QCOMPARE(plain->options().values().size(), detector->info().options.size());
    }

    void wrongTextIsNamedInOneLine_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("part");
        QTest::newRow("unknown detector") << "odin:k=3"
                                          << "unknown detector 'odin' (there are: msp,";
        QTest::newRow("unknown option") << "knn:neighbours=3"
                                        << "unknown option 'neighbours=3' (there are: k=1";
        QTest::newRow("no value") << "knn:k"
                                  << "unknown option 'k'";
        QTest::newRow("empty part") << "knn:"
                                    << "";
        QTest::newRow("not a number") << "knn:k=three"
                                      << "k=three is not one of: a whole number from 1";
        QTest::newRow("rest behind a number") << "knn:k=3x"
                                              << "k=3x";
        QTest::newRow("not whole") << "knn:k=2.5"
                                   << "k=2.5";
        QTest::newRow("below") << "knn:k=0"
                               << "k=0";
        QTest::newRow("above") << "react:percentile=101"
                               << "0 to 100";
        QTest::newRow("nan") << "msp:temperature=nan"
                             << "temperature=nan";
        QTest::newRow("no such word") << "ash:variant=x"
                                      << "not one of: s, p, b";
        QTest::newRow("an option where there is none") << "max_logit:temperature=2"
                                                       << "it has none";
    }
    void wrongTextIsNamedInOneLine() {
        QFETCH(QString, text);
        QFETCH(QString, part);
        const auto made = makeDetector(text.toStdString());
        if (part.isEmpty()) {  // "knn:" is "knn"
            QVERIFY(made.has_value());
            return;
        }
        QVERIFY(!made);
        const QString message = QString::fromStdString(made.error().message);
        QVERIFY2(message.contains(part), qPrintable(message));
        QVERIFY(!message.contains(u'\n'));
    }

    /// The table itself: unique keys, and defaults that are values of their options.
    void everyDefaultIsInRange() {
        std::set<std::string_view> keys;
        for (const DetectorInfo& info : detectors()) {
            QVERIFY2(keys.insert(info.key).second, info.key.data());
            QVERIFY(!info.name.empty() && !info.formula.empty() && !info.source.empty());
            QCOMPARE(findDetector(info.key), &info);
            for (const DetectorOption& option : info.options) {
                const std::string text = std::string(info.key) + ":" + std::string(option.key) + "=";
                const auto made = makeDetector(text + std::string(option.standard));
                QVERIFY2(made.has_value(), made ? "" : made.error().message.c_str());
                QVERIFY(!makeDetector(text + "no-such-word").has_value());
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestDetectorOptions)
#include "tst_detector_options.moc"
