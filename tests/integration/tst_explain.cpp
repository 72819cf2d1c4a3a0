// SPDX-License-Identifier: GPL-3.0-or-later
// What `explain` prints makes the same numbers again, from nothing, by way of a shell.
#include <QTemporaryDir>
#include <QtTest>
#include <filesystem>
#include <fstream>

#include "support/cli.h"
#include "support/tiny_world.h"

using namespace oodscope;
using namespace oodscope::testing;
namespace fs = std::filesystem;

class TestExplain : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void evaluationIsMadeAgain_data();
    void evaluationIsMadeAgain();
    void oneNumber();
    void probeIsMadeAgain();
    void embeddingIsMadeAgain();
    void documentsAreMadeAgain_data();
    void documentsAreMadeAgain();
    void changesAreFound();
    void unknownResults();

private:
    QString path(const char* name) const { return QString::fromStdString((m_root / name).string()); }
    QStringList evaluation(const QStringList& more) const;
    nlohmann::json explained(const QString& id, const QStringList& more = {}) const;

    QTemporaryDir m_dir;
    fs::path m_root;
};

void TestExplain::initTestCase() {
    QVERIFY(m_dir.isValid());
    m_root = fs::path(m_dir.path().toStdString()) / "a folder's \"world\"";  // every character a shell cares about
    qputenv("XDG_CACHE_HOME", (m_dir.path() + QStringLiteral("/cache")).toUtf8());
    makeTinyModel(m_root / "model", OODSCOPE_TEST_DATA);
    const std::vector<std::string> classes{"ant", "bee", "cat $HOME"};
    drawClasses(m_root / "train", classes, 12, 1);
    drawClasses(m_root / "test", classes, 8, 2);
    drawClasses(m_root / "ood", {"x", "y"}, 9, 3);
    drawClasses(m_root / "far", {"noise"}, 7, 4);
    std::ofstream(m_root / "names.txt") << "large ant\nhoney bee\nhouse cat\n";
    std::ofstream(m_root / "prompts.txt") << "# two of them\na photo of a {c}.\nit's \"{c}\"\n";
}

QStringList TestExplain::evaluation(const QStringList& more) const {
    return QStringList{QStringLiteral("evaluate"),    QStringLiteral("--json"),
                       QStringLiteral("--model"),     path("model"),
                       QStringLiteral("--train"),     path("train"),
                       QStringLiteral("--id"),        path("test"),
                       QStringLiteral("--ood"),       path("ood"),
                       QStringLiteral("--ood"),       path("far"),
                       QStringLiteral("--workspace"), path("workspace"),
                       QStringLiteral("--device"),    QStringLiteral("cpu"),
                       QStringLiteral("--threads"),   QStringLiteral("1")} +
           more;
}

nlohmann::json TestExplain::explained(const QString& id, const QStringList& more) const {
    const CliRun run = runCli(QStringList{QStringLiteral("explain"), id} + more +
                              QStringList{QStringLiteral("--json"), QStringLiteral("--workspace"), path("workspace")});
    return run.exitCode == 0 ? run.json() : nlohmann::json{{"error", run.err.toStdString()}};
}

void TestExplain::evaluationIsMadeAgain_data() {
    QTest::addColumn<QStringList>("more");
    QTest::newRow("PLP") << QStringList{QStringLiteral("--epochs"), QStringLiteral("3")};
    QTest::newRow("every option") << QStringLiteral(
                                         "--labels true --detectors msp,mahalanobis,zero-shot/max_logit "
                                         "--convention openood --epochs 2 --probe-batch-size 8 --lr 0.0123 "
                                         "--wd 0.00007 --optimizer sgd --shots 5 --warmup 0.3 --scale-lr "
                                         "--seed 7 --no-zero-shot --batch-size 5 --max-unreadable 0.5 "
                                         "--precision bf16")
                                         .split(QLatin1Char(' '));
    QTest::newRow("names and prompts") << QStringList{QStringLiteral("--names"),   path("names.txt"),
                                                      QStringLiteral("--prompts"), path("prompts.txt"),
                                                      QStringLiteral("--epochs"),  QStringLiteral("2")};
    QTest::newRow("near and far") << QStringList{QStringLiteral("--far"),    path("far"),
                                                 QStringLiteral("--near"),   path("ood"),
                                                 QStringLiteral("--epochs"), QStringLiteral("2")};
    QTest::newRow("zero-shot") << QStringList{QStringLiteral("--probe"), QStringLiteral("zero-shot")};
}

void TestExplain::evaluationIsMadeAgain() {
    QFETCH(QStringList, more);
    const CliRun first = runCli(evaluation(more));
    QVERIFY2(first.exitCode == 0, first.err.constData());
    const nlohmann::json made = first.json();
    const QString id = QString::fromStdString(made.at("id").get<std::string>());
    const nlohmann::json explanation = explained(id.left(10));
    QVERIFY2(explanation.contains("command"), explanation.dump().c_str());
    QCOMPARE(explanation.at("changes").size(), std::size_t{0});
    // Also without what the command line had named.
    fs::rename(m_root / "names.txt", m_root / "away.txt");
    const QString fresh = path("fresh ") + QString::number(qHash(id));
    const CliRun again = runShell(
        QString::fromStdString(explanation.at("command").get<std::string>()) + QStringLiteral(" --json --workspace '") +
        QString(fresh).replace(QLatin1Char('\''), QStringLiteral("'\\''")) + QLatin1Char('\''));
    fs::rename(m_root / "away.txt", m_root / "names.txt");
    QVERIFY2(again.exitCode == 0, again.err.constData());
    QVERIFY(QDir(fresh).exists(QStringLiteral("workspace.sqlite")));
    QCOMPARE(again.json().at("id").get<std::string>(), made.at("id").get<std::string>());
    QCOMPARE(again.json().at("results").dump(), made.at("results").dump());
    QCOMPARE(again.json().at("accuracy").get<double>(), made.at("accuracy").get<double>());
}

void TestExplain::oneNumber() {
    const CliRun first = runCli(evaluation({QStringLiteral("--epochs"), QStringLiteral("3")}));
    const nlohmann::json made = first.json();
    const QString id = QString::fromStdString(made.at("id").get<std::string>());
    const nlohmann::json number = explained(id, {QStringLiteral("max_logit"), QStringLiteral("far")}).at("result");
    for (const nlohmann::json& result : made.at("results")) {
        if (result.at("detector") == "max_logit" && result.at("ood") == "far") QCOMPARE(number.dump(), result.dump());
    }
    const nlohmann::json wrong = explained(id, {QStringLiteral("msp"), QStringLiteral("nowhere")});
    const std::string error = wrong.at("error").get<std::string>();
    QVERIFY2(error.find("nowhere") != std::string::npos && error.find("msp far") != std::string::npos, error.c_str());
    const CliRun text = runCli({QStringLiteral("explain"), id, QStringLiteral("--workspace"), path("workspace")});
    QCOMPARE(text.exitCode, 0);
    for (const char* part : {"weights  ", "activation  gelu", "bicubic", "a photo of a {c}.", "logit_scale", "files  ",
                             "convention  plp", "seed  42", "device  cpu", "tokenizer", "oodscope-cli evaluate"}) {
        QVERIFY2(text.out.contains(part), (part + ("\n" + text.out)).constData());
    }
}

void TestExplain::probeIsMadeAgain() {
    const CliRun first =
        runCli({QStringLiteral("probe"), QStringLiteral("--json"), QStringLiteral("--model"), path("model"),
                QStringLiteral("--train"), path("train"), QStringLiteral("--test"), path("test"),
                QStringLiteral("--epochs"), QStringLiteral("4"), QStringLiteral("--batch-size"), QStringLiteral("7"),
                QStringLiteral("--threads"), QStringLiteral("1"), QStringLiteral("--workspace"), path("workspace")});
    QVERIFY2(first.exitCode == 0, first.err.constData());
    const nlohmann::json made = first.json();
    const QString id = QString::fromStdString(made.at("probe").get<std::string>());
    const nlohmann::json explanation = explained(id);
    QVERIFY2(explanation.contains("command"), explanation.dump().c_str());
    const CliRun again = runShell(QString::fromStdString(explanation.at("command").get<std::string>()) +
                                  QStringLiteral(" --json --workspace ") + m_dir.path() + QStringLiteral("/probe"));
    QVERIFY2(again.exitCode == 0, again.err.constData());
    QCOMPARE(again.json().at("probe").get<std::string>(), made.at("probe").get<std::string>());
    QCOMPARE(again.json().at("final_loss").get<double>(), made.at("final_loss").get<double>());
    QVERIFY(!again.json().at("reused").get<bool>());
    // An evaluation with this probe is made again without it being there.
    const CliRun with = runCli(evaluation({QStringLiteral("--probe"), id}));
    QVERIFY2(with.exitCode == 0, with.err.constData());
    const QString evaluationId = QString::fromStdString(with.json().at("id").get<std::string>());
    const CliRun without = runShell(QString::fromStdString(explained(evaluationId).at("command").get<std::string>()) +
                                    QStringLiteral(" --json --workspace ") + m_dir.path() + QStringLiteral("/without"));
    QVERIFY2(without.exitCode == 0, without.err.constData());
    QCOMPARE(without.json().at("results").dump(), with.json().at("results").dump());
}

void TestExplain::embeddingIsMadeAgain() {
    const CliRun first =
        runCli({QStringLiteral("embed"), QStringLiteral("--json"), QStringLiteral("--model"), path("model"),
                QStringLiteral("--data"), path("far"), QStringLiteral("--workspace"), path("workspace")});
    QVERIFY2(first.exitCode == 0, first.err.constData());
    const std::string key = first.json().at("key").get<std::string>();
    const nlohmann::json explanation = explained(QString::fromStdString(key));
    QVERIFY2(explanation.contains("command"), explanation.dump().c_str());
    const CliRun again = runShell(QString::fromStdString(explanation.at("command").get<std::string>()) +
                                  QStringLiteral(" --json --workspace ") + m_dir.path() + QStringLiteral("/embed"));
    QVERIFY2(again.exitCode == 0, again.err.constData());
    QCOMPARE(again.json().at("key").get<std::string>(), key);
}

void TestExplain::documentsAreMadeAgain_data() {
    QTest::addColumn<QStringList>("command");
    const QStringList sets{
        QStringLiteral("--model"),  path("model"),         QStringLiteral("--workspace"), path("workspace"),
        QStringLiteral("--device"), QStringLiteral("cpu"), QStringLiteral("--threads"),   QStringLiteral("1")};
    QTest::newRow("knn") << QStringList{QStringLiteral("knn"), QStringLiteral("--train"),
                                        path("train"),         QStringLiteral("--test"),
                                        path("test"),          QStringLiteral("-k"),
                                        QStringLiteral("5")} +
                                sets;
    QTest::newRow("prompts compare") << QStringList{QStringLiteral("prompts"), QStringLiteral("compare"),
                                                    QStringLiteral("--data"),  path("train"),
                                                    QStringLiteral("--a"),     QStringLiteral("single"),
                                                    QStringLiteral("--b"),     path("prompts.txt"),
                                                    QStringLiteral("--ood"),   path("ood")} +
                                            sets;
    QStringList ids;
    for (const char* epochs : {"1", "8", "60"}) {
        const CliRun run = runCli(evaluation({QStringLiteral("--epochs"), QString::fromUtf8(epochs)}));
        QVERIFY2(run.exitCode == 0, run.err.constData());
        ids.append(QString::fromStdString(run.json().at("id").get<std::string>()));
    }
    const QStringList workspace{QStringLiteral("--workspace"), path("workspace")};
    QTest::newRow("compare") << QStringList{QStringLiteral("compare"), ids[0], ids[1]} + workspace;
    QTest::newRow("correlate") << QStringList{QStringLiteral("correlate"), QStringLiteral("--accuracy"),
                                              QStringLiteral("probe")} +
                                      ids + workspace;
}

/// A result that no workspace keeps: its document tells, and the command gives the same numbers.
void TestExplain::documentsAreMadeAgain() {
    QFETCH(QStringList, command);
    const CliRun first = runCli(command + QStringList{QStringLiteral("--json")});
    QVERIFY2(first.exitCode == 0, first.err.constData());
    std::ofstream(m_root / "document.json") << first.out.toStdString();
    const CliRun explained = runCli({QStringLiteral("explain"), path("document.json"), QStringLiteral("--json")});
    QVERIFY2(explained.exitCode == 0, explained.err.constData());
    QCOMPARE(explained.json().at("changes").dump(), std::string("[]"));
    const CliRun again = runShell(QString::fromStdString(explained.json().at("command").get<std::string>()));
    QVERIFY2(again.exitCode == 0, again.err.constData());
    const auto numbers = [](nlohmann::json document) {
        for (const char* side : {"a", "b"}) {
            if (!document.contains(side) || !document[side].is_object()) continue;
            for (const char* clock : {"text_seconds", "label_seconds", "texts_encoded"})
                document[side].erase(clock);
        }
        return document.dump();
    };
    QCOMPARE(numbers(again.json()), numbers(first.json()));
    std::ofstream(m_root / "document.json") << "{\"auroc\": 1}";
    QCOMPARE(runCli({QStringLiteral("explain"), path("document.json")}).exitCode, 1);
}

void TestExplain::changesAreFound() {
    const CliRun first = runCli(evaluation({QStringLiteral("--epochs"), QStringLiteral("3")}));
    const QString id = QString::fromStdString(first.json().at("id").get<std::string>());
    fs::copy_file(m_root / "far/noise/0.ppm", m_root / "far/noise/another.ppm");
    fs::rename(m_root / "test", m_root / "test away");
    const nlohmann::json changes = explained(id).at("changes");
    fs::remove(m_root / "far/noise/another.ppm");
    fs::rename(m_root / "test away", m_root / "test");
    QCOMPARE(changes.size(), std::size_t{2});
    QCOMPARE(changes[0].at("what").get<std::string>(), std::string("ID test"));
    QCOMPARE(changes[1].at("what").get<std::string>(), std::string("OOD"));
    QVERIFY(changes[1].at("how").get<std::string>().find("far") != std::string::npos);
    // Other weights behind the same folder.
    const fs::path config = m_root / "model/open_clip_config.json";
    const auto size = fs::file_size(config);
    std::string text(size, ' ');
    std::ifstream(config).read(text.data(), static_cast<std::streamsize>(size));
    std::string changed = text;
    changed.insert(changed.find("\"embed_dim\""), "\"quick_gelu\": true, ");
    std::ofstream(config) << changed;
    const nlohmann::json model = explained(id).at("changes");
    std::ofstream(config) << text;
    QCOMPARE(model.size(), std::size_t{1});
    QCOMPARE(model[0].at("what").get<std::string>(), std::string("model"));
}

void TestExplain::unknownResults() {
    const auto error = [this](const QString& id) { return explained(id).value("error", std::string()); };
    QVERIFY(error(QStringLiteral("zzz")).find("nothing has the key zzz") != std::string::npos);
    const CliRun list = runCli({QStringLiteral("workspace"), QStringLiteral("ls"), QStringLiteral("--json"),
                                QStringLiteral("--workspace"), path("workspace")});
    const nlohmann::json artefacts = list.json().at("artefacts");
    QVERIFY(!artefacts.empty());
    for (const nlohmann::json& artefact : artefacts) {
        const QString key = QString::fromStdString(artefact.at("key").get<std::string>());
        const bool explainable = artefact.at("kind") != "dataset" && artefact.at("kind") != "model";
        QCOMPARE(error(key).empty(), explainable);
        const CliRun shown = runCli({QStringLiteral("workspace"), QStringLiteral("show"), key,
                                     QStringLiteral("--workspace"), path("workspace")});
        QVERIFY2(shown.exitCode == 0 && shown.out.contains(key.toUtf8()), shown.err.constData());
    }
}

QTEST_GUILESS_MAIN(TestExplain)
#include "tst_explain.moc"
