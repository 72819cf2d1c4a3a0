// SPDX-License-Identifier: GPL-3.0-or-later
// The window as scripts see it: --screenshot needs no display, ends by itself and tells what went wrong.
#include <QDir>
#include <QImage>
#include <QTemporaryDir>
#include <QtTest>

#include "core/workspace/workspace.h"
#include "support/cli.h"

using namespace oodscope;

class TestWorkbench : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(m_root.isValid());
        qputenv("XDG_RUNTIME_DIR", m_root.path().toUtf8());  // or Qt warns
    }

    void init() { QFile::remove(picture()); }

    void picturesWhatIsThere() {
        QVERIFY(workspace::Workspace::open(m_root.filePath(QStringLiteral("w")).toStdString()).has_value());
        for (const QStringList& arguments : {QStringList{}, QStringList{QStringLiteral("--workspace"), path("w")}}) {
            const testing::CliRun run =
                screenshot(arguments + QStringList{QStringLiteral("--size"), QStringLiteral("900x600")});
            QVERIFY2(run.exitCode == 0, run.err.constData());
            QCOMPARE(QImage(picture()).size(), QSize(900, 600));
            QVERIFY(QFile::remove(picture()));
        }
    }

    void whatIsNotThereEndsWithOneLine_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("line");
        QVERIFY(workspace::Workspace::open(m_root.filePath(QStringLiteral("w")).toStdString()).has_value());
        QVERIFY(QDir(m_root.path()).mkpath(QStringLiteral("photos/cats")));
        const QString workspace = QStringLiteral("--workspace"), evaluation = QStringLiteral("--evaluation");
        QTest::newRow("no folder") << QStringList{workspace, path("typo/w")} << 1
                                   << path("typo/w") + QStringLiteral(": no such folder");
        QTest::newRow("other files") << QStringList{workspace, path("photos")} << 1
                                     << path("photos") +
                                            QStringLiteral(": not a workspace (it holds no workspace.sqlite)");
        QTest::newRow("no evaluation") << QStringList{workspace, path("w"), evaluation, QStringLiteral("feedbeef")} << 1
                                       << QStringLiteral("feedbeef");
        QTest::newRow("no workspace") << QStringList{evaluation, QStringLiteral("feedbeef")} << 2
                                      << QStringLiteral("--workspace");
    }

    void whatIsNotThereEndsWithOneLine() {
        QFETCH(QStringList, arguments);
        QFETCH(int, code);
        QFETCH(QString, line);
        const testing::CliRun run = screenshot(arguments);
        QCOMPARE(run.exitCode, code);
        QVERIFY2(run.err.startsWith("oodscope: ") && run.err.count('\n') == 1, run.err.constData());
        QVERIFY2(run.err.contains(line.toUtf8()), run.err.constData());
        QVERIFY(!QFile::exists(picture()));
        QVERIFY(!QDir(path("typo")).exists());
        QCOMPARE(QDir(path("photos")).entryList(QDir::AllEntries | QDir::NoDotAndDotDot),
                 QStringList{QStringLiteral("cats")});
    }

private:
    QString path(const char* name) const { return m_root.filePath(QString::fromUtf8(name)); }
    QString picture() const { return path("window.png"); }

    testing::CliRun screenshot(const QStringList& arguments) const {
        QProcess process;
        process.start(QStringLiteral(OODSCOPE_WORKBENCH),
                      QStringList{QStringLiteral("--screenshot"), picture()} + arguments);
        return testing::finish(process);
    }

    QTemporaryDir m_root;
};

QTEST_GUILESS_MAIN(TestWorkbench)
#include "tst_workbench.moc"
