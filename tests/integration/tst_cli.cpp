// SPDX-License-Identifier: GPL-3.0-or-later
// The command line as scripts see it: names, files, JSON on standard output, one line on standard error, exit codes.
#undef QT_NO_CAST_FROM_ASCII  // the arguments of commands are plain literals here
#include <QDir>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>
#include <csignal>
#include <fstream>

#include "app/demo/world.h"
#include "support/read_only.h"

using namespace oodscope;
namespace fs = std::filesystem;

namespace {

struct Outcome {
    int code = -1;
    QByteArray out;
    QByteArray err;

    QJsonObject json() const { return QJsonDocument::fromJson(out).object(); }
};

QStringList words(std::initializer_list<const char*> list) {
    QStringList all;
    for (const char* word : list)
        all << QString::fromUtf8(word);
    return all;
}

}  // namespace

class TestCli : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(m_root.isValid());
        m_bitsCount = testing::obeyPermissionBits();
        qputenv("XDG_DATA_HOME", m_root.filePath(QStringLiteral("data-home")).toUtf8());
        qputenv("OODSCOPE_RESOURCES", OODSCOPE_RESOURCES);
        qputenv("XDG_CACHE_HOME", m_root.filePath(QStringLiteral("cache")).toUtf8());
        qputenv("HF_HUB_CACHE", m_root.filePath(QStringLiteral("hub")).toUtf8());
        demo::WorldOptions world;
        world.trainPerClass = 4;
        world.testPerClass = 2;
        world.nearPerClass = 2;
        world.texturesPerKind = 2;
        const auto drawn = demo::drawWorld(world, path().toStdString(), {}, {});
        QVERIFY2(drawn, drawn ? "" : drawn.error().message.c_str());
    }

    void helpTeaches() {
        const Outcome help = run(words({"--help"}));
        QCOMPARE(help.code, 0);
        for (const char* command : {"demo", "embed", "embed-text", "tokenize", "probe", "evaluate", "metrics", "models",
                                    "devices", "workspace"})
            QVERIFY2(help.out.contains(command), command);
        QVERIFY(help.out.contains("Exit codes: 0 done, 1 failed, 2 wrong usage, 130 cancelled"));
        QCOMPARE(run(words({"evaluate", "--help"})).code, 0);
        QVERIFY(run(words({"--version"})).out.startsWith("oodscope "));
    }

    void wrongUsageIsTwo() {
        for (const QStringList& arguments :
             {QStringList{}, words({"frobnicate"}), words({"metrics"}), words({"embed", "--no-such-option"}),
              words({"metrics", "--id", "a", "--ood", "b", "extra"})}) {
            const Outcome outcome = run(arguments);
            QCOMPARE(outcome.code, 2);
            QVERIFY(outcome.out.isEmpty());
            QVERIFY(!outcome.err.isEmpty());
        }
    }

    void failuresAreOneLineThatNamesTheFile_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("named");
        const QString images = path("images/near-ood"), out = path("never.npy");
        const auto embed = [&](const QString& model, const QString& data, const QStringList& more = {}) {
            return words({"embed", "--model"}) + QStringList{model, QStringLiteral("--data"), data} +
                   QStringList{QStringLiteral("--out"), out, QStringLiteral("--workspace"), path("ws-failures")} + more;
        };
        QDir().mkpath(path("empty"));
        QDir().mkpath(path("half-model"));
        QFile::copy(tinyClip() + QStringLiteral("/open_clip_config.json"), path("half-model/open_clip_config.json"));
        write("names-short.txt", "mug\nkey\n");
        write("words.csv", "0.5\nnot a number\n");
        write("numbers.csv", "0.5\n0.25\n");
        write("nan.csv", "0.5\nnan\n");
        write("nothing.csv", "");
        QTest::newRow("no such model") << embed(path("no-model"), images) << path("no-model");
        QTest::newRow("half a model") << embed(path("half-model"), images) << path("half-model");
        QTest::newRow("no such folder") << embed(tinyClip(), path("no-images")) << path("no-images");
        QTest::newRow("empty folder") << embed(tinyClip(), path("empty")) << path("empty");
        QTest::newRow("no GPU") << embed(tinyClip(), images, words({"--device", "cuda:63"}))
                                << QStringLiteral("cuda:63");
        QTest::newRow("precision") << embed(tinyClip(), images, words({"--precision", "fp31"}))
                                   << QStringLiteral("fp31");
        QTest::newRow("names of another length")
            << words({"evaluate", "--model"}) + QStringList{tinyClip(),
                                                            QStringLiteral("--train"),
                                                            path("images/id-train"),
                                                            QStringLiteral("--id"),
                                                            path("images/id-test"),
                                                            QStringLiteral("--ood"),
                                                            images,
                                                            QStringLiteral("--names"),
                                                            path("names-short.txt"),
                                                            QStringLiteral("--workspace"),
                                                            path("ws-failures")}
            << QStringLiteral("15");
        const auto metrics = [&](const QString& id, const QString& ood) {
            return words({"metrics", "--id"}) + QStringList{path(id), QStringLiteral("--ood"), path(ood)};
        };
        QTest::newRow("scores that are words") << metrics("words.csv", "numbers.csv") << path("words.csv");
        QTest::newRow("scores with NaN") << metrics("numbers.csv", "nan.csv") << path("nan.csv");
        QTest::newRow("no scores") << metrics("numbers.csv", "nothing.csv") << path("nothing.csv");
        QTest::newRow("no score file") << metrics("gone.csv", "numbers.csv") << path("gone.csv");
        QTest::newRow("workspace is a file")
            << words({"workspace", "ls", "--workspace"}) + QStringList{path("numbers.csv")} << path("numbers.csv");
    }

    void failuresAreOneLineThatNamesTheFile() {
        QFETCH(QStringList, arguments);
        QFETCH(QString, named);
        const Outcome outcome = run(arguments);
        QCOMPARE(outcome.code, 1);
        QVERIFY2(outcome.out.isEmpty(), outcome.out.constData());
        QVERIFY2(outcome.err.startsWith("oodscope-cli: "), outcome.err.constData());
        QVERIFY2(outcome.err.count('\n') == 1 && outcome.err.endsWith('\n'), outcome.err.constData());
        QVERIFY2(outcome.err.contains(named.toUtf8()), outcome.err.constData());
        QVERIFY(!QFile::exists(path("never.npy")));
    }

    void embedWritesTheFilesThatItPromises() {
        const Outcome outcome =
            run(words({"embed", "--json", "--model"}) +
                QStringList{tinyClip(), QStringLiteral("--data"), path("images/id-test"), QStringLiteral("--out"),
                            path("id.safetensors"), QStringLiteral("--workspace"), path("ws")});
        QVERIFY2(outcome.code == 0, outcome.err.constData());
        QVERIFY2(outcome.err.isEmpty(), outcome.err.constData());  // progress on a terminal only
        QCOMPARE(outcome.json()[QStringLiteral("images")].toInt(), 30);
        QVERIFY(QFile::exists(path("id.safetensors")));
        QFile beside(path("id.json"));
        QVERIFY(beside.open(QIODevice::ReadOnly));
        const QJsonObject json = QJsonDocument::fromJson(beside.readAll()).object();
        const QJsonArray paths = json[QStringLiteral("paths")].toArray();
        QCOMPARE(paths.size(), 30);
        QCOMPARE(paths.first().toString(), QStringLiteral("apple/apple_0000.png"));
        QVERIFY(json[QStringLiteral("unreadable")].toArray().isEmpty());
        QVERIFY(json[QStringLiteral("provenance")].toObject().contains(QStringLiteral("weights")));
    }

    void tokenizePrintsPaddedIds() {
        const Outcome outcome = run(words({"tokenize", "--json", "--model"}) +
                                    QStringList{tinyClip(), QStringLiteral("a photo of a mug.")});
        QVERIFY2(outcome.code == 0, outcome.err.constData());
        const QJsonArray ids = outcome.json()[QStringLiteral("ids")].toArray();
        QCOMPARE(ids.size(), 1);
        QVERIFY(ids[0].toArray().size() > 5);
        QVERIFY(ids[0].toArray()[0].toInt() > 0);
    }

    void probeThenEvaluateWithIt() {
        const QStringList common{
            QStringLiteral("--model"),     tinyClip(), QStringLiteral("--train"),  path("images/id-train"),
            QStringLiteral("--workspace"), path("ws"), QStringLiteral("--epochs"), QStringLiteral("300"),
            QStringLiteral("--json")};
        const Outcome probe = run(words({"probe"}) + common +
                                  QStringList{QStringLiteral("--test"), path("images/id-test"),
                                              QStringLiteral("--labels"), QStringLiteral("pseudo")});
        QVERIFY2(probe.code == 0, probe.err.constData());
        const QString id = probe.json()[QStringLiteral("probe")].toString();
        QVERIFY(!id.isEmpty());
        const double accuracy = probe.json()[QStringLiteral("accuracy")].toDouble();
        QVERIFY(accuracy > 0.2 && accuracy <= 1);  // four images a class; chance is 0.06
        const Outcome evaluation = run(
            words({"evaluate"}) + common +
            QStringList{QStringLiteral("--id"), path("images/id-test"), QStringLiteral("--ood"),
                        path("images/near-ood"), QStringLiteral("--ood"), path("images/far-ood-textures"),
                        QStringLiteral("--detectors"), QStringLiteral("msp,max_logit"), QStringLiteral("--probe"), id});
        QVERIFY2(evaluation.code == 0, evaluation.err.constData());
        const QJsonArray results = evaluation.json()[QStringLiteral("results")].toArray();
        QCOMPARE(results.size(), 6);  // two detectors and zero-shot on two sets
        for (const auto& value : results) {
            const QJsonObject result = value.toObject();
            QVERIFY(result.contains(QStringLiteral("detector")) && result.contains(QStringLiteral("ood")));
            const double auroc = result[QStringLiteral("auroc")].toDouble(-1);
            QVERIFY(auroc >= 0 && auroc <= 1);
            QVERIFY(result[QStringLiteral("fpr95")].toDouble(-1) >= 0);
        }
    }

    void metricsNeedNoModel() {
        write("id.csv", "0.9\n0.8\n0.8\n0.3\n");
        write("ood.csv", "0.8\n0.2\n0.1\n");
        const Outcome outcome = run(words({"metrics", "--json", "--id"}) +
                                    QStringList{path("id.csv"), QStringLiteral("--ood"), path("ood.csv")});
        QVERIFY2(outcome.code == 0, outcome.err.constData());
        const QJsonObject json = outcome.json();
        // Of the 12 pairs 9 are in order, 2 tied, 1 is not: 0.9 beats all, each 0.8 ties one, 0.3 loses to one.
        QCOMPARE(json[QStringLiteral("auroc")].toDouble(), 10.0 / 12.0);
        QCOMPARE(json[QStringLiteral("convention")].toString(), QStringLiteral("plp"));
        QCOMPARE(json[QStringLiteral("ties")].toInt(), 3);
        for (const char* key : {"fpr95", "aupr_in", "aupr_out", "realised_tpr"})
            QVERIFY2(json.contains(QString::fromLatin1(key)), key);
    }

    void workspaceCommands() {
        const Outcome list = run(words({"workspace", "ls", "--json", "--workspace"}) + QStringList{path("ws")});
        QCOMPARE(list.code, 0);
        QVERIFY(list.json()[QStringLiteral("artefacts")].toArray().size() > 3);
        QCOMPARE(run(words({"workspace", "check", "--workspace"}) + QStringList{path("ws")}).code, 0);
        QCOMPARE(run(words({"workspace", "gc", "--workspace"}) + QStringList{path("ws")}).code, 0);
        const Outcome nothing = run(words({"workspace", "show", "feedbeef", "--workspace"}) + QStringList{path("ws")});
        QCOMPARE(nothing.code, 1);
        QVERIFY(nothing.err.contains("feedbeef"));
    }

    void scriptAsEncoder() {
        const QString scripts = QStringLiteral(OODSCOPE_TEST_DATA "/script");
        const Outcome list = run(words({"models", "torchscript", "--json", "--dir"}) + QStringList{scripts});
        QVERIFY2(list.code == 0, list.err.constData());
        const QJsonArray models = list.json()[QStringLiteral("models")].toArray();
        QCOMPARE(models.size(), 11);
        QVERIFY(models[0].toObject()[QStringLiteral("less_checked")].toBool());
        QVERIFY(run(words({"models", "torchscript", "--dir"}) + QStringList{scripts}).out.contains("less checked"));
        QVERIFY(run(words({"models", "--help"})).out.contains("only\nfiles that you trust"));

        const QStringList arguments =
            words({"evaluate", "--json", "--epochs", "20", "--detectors", "msp", "--train"}) +
            QStringList{path("images/id-train"), QStringLiteral("--id"),    path("images/id-test"),
                        QStringLiteral("--ood"), path("images/near-ood"),   QStringLiteral("--workspace"),
                        path("ws-script"),       QStringLiteral("--model"), scripts + QStringLiteral("/flat.pt")};
        const Outcome pseudo = run(arguments);
        QCOMPARE(pseudo.code, 1);
        QVERIFY2(pseudo.err.contains("use true labels"), pseudo.err.constData());
        const Outcome evaluation = run(arguments + words({"--labels", "true"}));
        QVERIFY2(evaluation.code == 0, evaluation.err.constData());
        QCOMPARE(evaluation.json()[QStringLiteral("results")].toArray().size(), 1);
        const QString id = evaluation.json()[QStringLiteral("id")].toString();
        const Outcome explained = run(words({"explain", "--json", "--workspace"}) + QStringList{path("ws-script"), id});
        QVERIFY2(explained.out.contains("TorchScript, less checked"), explained.out.constData());
        QVERIFY2(explained.json()[QStringLiteral("changes")].toArray().isEmpty(), explained.out.constData());
    }

    void lookingMakesNoWorkspace() {
        const QString out = path("looked");
        for (const QStringList& arguments :
             {words({"workspace", "ls"}), words({"workspace", "show", "a"}), words({"workspace", "check"}),
              words({"workspace", "gc"}), words({"explain", "a"}), words({"compare", "a"}), words({"correlate"}),
              words({"prompts", "list"}), words({"prompts", "remove", "a"}),
              words({"report", "a", "--out"}) + QStringList{out}, words({"export", "a", "--out"}) + QStringList{out}}) {
            const Outcome outcome = run(arguments + QStringList{QStringLiteral("--workspace"), path("typo/ws")});
            QCOMPARE(outcome.code, 1);
            QCOMPARE(outcome.err, "oodscope-cli: " + path("typo/ws").toUtf8() + ": no such folder\n");
            QVERIFY(!QDir(path("typo")).exists());
            QVERIFY(!QDir(out).exists());
        }
        // The folder of a user who has not run anything yet.
        const Outcome usual = run(words({"workspace", "ls"}));
        QCOMPARE(usual.code, 1);
        QVERIFY2(usual.err.contains("data-home") && usual.err.contains("make one"), usual.err.constData());
        QVERIFY(run(words({"prompts", "list"})).out.contains("built in"));
        QVERIFY(!QDir(path("data-home")).exists());
    }

    void readOnlyWorkspaceIsForLooking() {
        if (!m_bitsCount) QSKIP("root may write everywhere here");
        const testing::ReadOnlyFolder readOnly(path("ws").toStdString());
        const QStringList workspace{QStringLiteral("--workspace"), path("ws")};
        const Outcome list = run(words({"workspace", "ls", "--json"}) + workspace);
        QVERIFY2(list.code == 0, list.err.constData());
        QString evaluation, embedding;
        for (const auto& artefact : list.json()[QStringLiteral("artefacts")].toArray()) {
            const QJsonObject row = artefact.toObject();
            const QString key = row[QStringLiteral("key")].toString();
            if (row[QStringLiteral("kind")] == QStringLiteral("evaluation")) evaluation = key;
            if (row[QStringLiteral("kind")] == QStringLiteral("embedding")) embedding = key;
        }
        const QString page = path("read-only/report.html");
        for (const QStringList& arguments :
             {words({"workspace", "show"}) + QStringList{evaluation}, words({"workspace", "check"}),
              words({"explain"}) + QStringList{evaluation}, words({"compare"}) + QStringList{evaluation},
              words({"report"}) + QStringList{evaluation, QStringLiteral("--out"), page},
              words({"export", "--out"}) + QStringList{path("read-only/evaluation"), evaluation},
              words({"export", "--as", "npy", "--out"}) + QStringList{path("read-only/e.npy"), embedding}}) {
            const Outcome outcome = run(arguments + workspace);
            QVERIFY2(outcome.code == 0, outcome.err.constData());
        }
        QVERIFY(QFile::exists(page));
        for (const QStringList& arguments :
             {words({"workspace", "gc"}), words({"prompts", "remove", "mine"}),
              words({"prompts", "save", "mine"}) + QStringList{path("names-short.txt")},
              words({"embed", "--model"}) +
                  QStringList{tinyClip(), QStringLiteral("--data"), path("images/near-ood")}}) {
            const Outcome outcome = run(arguments + workspace);
            QCOMPARE(outcome.code, 1);
            QCOMPARE(outcome.err.count('\n'), 1);
            QVERIFY2(outcome.err.contains(path("ws").toUtf8() + ": the workspace is read-only"),
                     outcome.err.constData());
        }
    }

    void interruptCancelsWithinASecond() {
        QProcess process;
        process.start(QStringLiteral(OODSCOPE_CLI),
                      words({"train-demo-clip", "--out"}) + QStringList{path("cancelled-model")});
        QVERIFY(process.waitForStarted());
        QTRY_VERIFY_WITH_TIMEOUT(QDir(path("cancelled-model.part")).exists(), 30000);  // at work, signal handled
        QElapsedTimer clock;
        clock.start();
        ::kill(static_cast<pid_t>(process.processId()), SIGINT);
        QVERIFY(process.waitForFinished(30000));
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(process.exitCode(), 130);
        QVERIFY(!QDir(path("cancelled-model")).exists());
        QVERIFY(!QDir(path("cancelled-model.part")).exists());
    }

private:
    QString path(const QString& name = {}) const { return m_root.filePath(name); }
    QString path(const char* name) const { return m_root.filePath(QString::fromUtf8(name)); }
    static QString tinyClip() { return QStringLiteral(OODSCOPE_RESOURCES "/demo/tiny-clip"); }

    void write(const char* name, const char* text) const { std::ofstream(path(name).toStdString()) << text; }

    static Outcome run(const QStringList& arguments) {
        QProcess process;
        process.start(QStringLiteral(OODSCOPE_CLI), arguments);
        if (!process.waitForFinished(120000)) qFatal("the program does not end");
        return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(),
                process.readAllStandardError()};
    }

    QTemporaryDir m_root;
    bool m_bitsCount = false;
};

QTEST_GUILESS_MAIN(TestCli)
#include "tst_cli.moc"
