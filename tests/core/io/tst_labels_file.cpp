// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QTest>
#include <array>

#include "core/base/files.h"
#include "core/io/labels_file.h"
#include "core/io/npy.h"

using namespace oodscope;

class TestLabelsFile : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    fs::path place(const char* name) const { return fs::path(m_folder.path().toStdString()) / name; }
    Result<io::Labels> read(const std::string& text, const char* name = "labels.txt") const {
        (void)writeFileAtomically(place(name), text);
        return io::readLabels(place(name));
    }
    QString message(const std::string& text) const {
        const auto labels = read(text);
        return labels ? QString() : QString::fromStdString(labels.error().message);
    }

private Q_SLOTS:
    void readsNames() {
        const auto labels = read("wolf\r\n caracal \n-1\nwolf\n\n\n");
        QVERIFY2(labels.has_value(), labels ? "" : labels.error().message.c_str());
        QCOMPARE(labels->names, (std::vector<std::string>{"caracal", "wolf"}));
        QCOMPARE(labels->labels, (std::vector<std::int32_t>{1, 0, -1, 1}));
    }

    void readsNumbersByValue() {
        QVERIFY(io::writeNpy(place("l.npy"), std::array{10.0, 2.0, -1.0, 10.0}).has_value());
        const auto labels = io::readLabels(place("l.npy"));
        QCOMPARE(labels->names, (std::vector<std::string>{"2", "10"}));
        QCOMPARE(labels->labels, (std::vector<std::int32_t>{1, 0, -1, 1}));
    }

    void badLabelsAreNamed() {
        QVERIFY(message("wolf\n\ncaracal\n").contains(u"line 2 is empty"));
        QVERIFY(message("\n").contains(u"no labels"));
        QVERIFY(message("").contains(u"no labels"));
        for (const double bad : {0.5, -2.0, 1e12}) {
            QVERIFY(io::writeNpy(place("l.npy"), std::array{0.0, bad}).has_value());
            QVERIFY(io::readLabels(place("l.npy")).error().message.find("index 1") != std::string::npos);
        }
        QVERIFY(!read("wolf", "labels.json").has_value());
        QVERIFY(!io::readLabels(place("missing.txt")).has_value());
    }
};

QTEST_APPLESS_MAIN(TestLabelsFile)
#include "tst_labels_file.moc"
