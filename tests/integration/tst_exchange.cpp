// SPDX-License-Identifier: GPL-3.0-or-later
// `import` and `export` on the command line, with a run of the paper's code (tests/data/reference).
#include <QTemporaryDir>
#include <QtTest>

#include "support/cli.h"

using namespace oodscope::testing;

class TestExchange : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void theirProbeGivesTheirNumbers();
    void everythingIsExported();
    void scoresGoOutAndIn();
    void embeddingsAreConverted();
    void mistakesAreSaid_data();
    void mistakesAreSaid();

private:
    static QString data(const char* name) {
        return QStringLiteral(OODSCOPE_TEST_DATA "/reference/") + QLatin1String(name);
    }
    static QString embeddings(const char* dataset) {
        return data("embeddings/") + QLatin1String(dataset) + QStringLiteral("/openclip_ViT-B-16_openai");
    }
    QString out(const QString& name) const { return m_dir.filePath(name); }
    CliRun run(const QStringList& arguments) const {
        return runCli(arguments +
                      QStringList{QStringLiteral("--json"), QStringLiteral("--workspace"), out(QStringLiteral("w"))});
    }

    QTemporaryDir m_dir;
    QString m_probe;
    QString m_evaluation;
};

void TestExchange::initTestCase() {
    QVERIFY(m_dir.isValid());
    const CliRun probe = run({QStringLiteral("import"), QStringLiteral("probe"), data("plp"), QStringLiteral("--train"),
                              embeddings("CIFAR100")});
    QVERIFY2(probe.exitCode == 0, probe.err.constData());
    m_probe = QString::fromStdString(probe.json().at("probe").get<std::string>());
    const CliRun evaluation =
        run({QStringLiteral("evaluate"), QStringLiteral("--probe"), m_probe, QStringLiteral("--train"),
             embeddings("CIFAR100"), QStringLiteral("--id"), embeddings("CIFAR100"), QStringLiteral("--ood"),
             embeddings("CIFAR10"), QStringLiteral("--ood"), embeddings("Textures"), QStringLiteral("--detectors"),
             QStringLiteral("msp,free_energy,l1_norm,mahalanobis,mahalanobis_relative")});
    QVERIFY2(evaluation.exitCode == 0, evaluation.err.constData());
    m_evaluation = QString::fromStdString(evaluation.json().at("id").get<std::string>());
}

void TestExchange::theirProbeGivesTheirNumbers() {
    for (const char* name : {"plp/ood_metrics.json", "plp/ood_metrics.csv"}) {
        const CliRun compared = run({QStringLiteral("import"), QStringLiteral("results"), data(name),
                                     QStringLiteral("--compare"), m_evaluation.left(12)});
        QVERIFY2(compared.exitCode == 0, compared.err.constData());
        const nlohmann::json results = compared.json().at("results");
        QCOMPARE(results.size(), std::size_t{20});
        for (const nlohmann::json& number : results)
            QVERIFY2(std::abs(number.at("difference").get<double>()) <= 0.005001, number.dump().c_str());
    }
}

void TestExchange::everythingIsExported() {
    const QStringList evaluation{QStringLiteral("export"), m_evaluation, QStringLiteral("--out"),
                                 out(QStringLiteral("plp"))};
    QVERIFY(run(evaluation).exitCode == 0);
    const CliRun again = run(evaluation);
    QCOMPARE(again.exitCode, 1);
    QVERIFY2(again.err.contains("is there already"), again.err.constData());
    QVERIFY(run(evaluation + QStringList{QStringLiteral("--overwrite")}).exitCode == 0);
    const CliRun probe = run({QStringLiteral("export"), m_probe, QStringLiteral("--out"), out(QStringLiteral("plp")),
                              QStringLiteral("--dataset"), QStringLiteral("CIFAR100"), QStringLiteral("--arch"),
                              QStringLiteral("openclip_ViT-B-16/openai")});
    QVERIFY2(probe.exitCode == 0, probe.err.constData());
    for (const char* name : {"hp.json", "model.pth", "pseudo_labels.pth", "val_acc.txt", "eval_args.json",
                             "ood_metrics.json", "ood_metrics.csv"})
        QVERIFY2(QFile::exists(out(QStringLiteral("plp/")) + QLatin1String(name)), name);
    QFile accuracy(out(QStringLiteral("plp/val_acc.txt")));
    QVERIFY(accuracy.open(QIODevice::ReadOnly));
    QCOMPARE(accuracy.readAll(), QByteArray("0.8750"));
    // The exported probe is the imported one.
    const CliRun back = run({QStringLiteral("import"), QStringLiteral("probe"), out(QStringLiteral("plp")),
                             QStringLiteral("--train"), embeddings("CIFAR100")});
    QCOMPARE(QString::fromStdString(back.json().at("probe").get<std::string>()), m_probe);
}

void TestExchange::scoresGoOutAndIn() {
    const CliRun exported =
        run({QStringLiteral("export"), m_evaluation, QStringLiteral("--as"), QStringLiteral("openood"),
             QStringLiteral("--near"), QStringLiteral("CIFAR10"), QStringLiteral("--out"), out(QStringLiteral("oo"))});
    QVERIFY2(exported.exitCode == 0, exported.err.constData());
    const QString scores = out(QStringLiteral("oo/scores/msp/"));
    const CliRun imported =
        run({QStringLiteral("import"), QStringLiteral("scores"), QStringLiteral("--id"),
             scores + QStringLiteral("CIFAR100.npz"), QStringLiteral("--ood"), scores + QStringLiteral("CIFAR10.npz"),
             QStringLiteral("--detector"), QStringLiteral("msp")});
    QVERIFY2(imported.exitCode == 0, imported.err.constData());
    const CliRun metrics =
        runCli({QStringLiteral("metrics"), QStringLiteral("--json"), QStringLiteral("--id"),
                scores + QStringLiteral("CIFAR100.npz"), QStringLiteral("--ood"),
                scores + QStringLiteral("CIFAR10.npz"), QStringLiteral("--convention"), QStringLiteral("openood")});
    QVERIFY2(metrics.exitCode == 0, metrics.err.constData());
    const nlohmann::json result = imported.json().at("results").at(0);
    for (const char* key : {"auroc", "fpr95", "aupr_in", "aupr_out"})
        QCOMPARE(result.at(key).get<double>(), metrics.json().at(key).get<double>());
    const CliRun report =
        run({QStringLiteral("report"), QString::fromStdString(imported.json().at("id").get<std::string>()),
             QStringLiteral("--out"), out(QStringLiteral("report"))});
    QVERIFY2(report.exitCode == 0, report.err.constData());
}

void TestExchange::embeddingsAreConverted() {
    const QString file = out(QStringLiteral("test.safetensors"));
    QVERIFY(run({QStringLiteral("export"), embeddings("CIFAR100"), QStringLiteral("--split"), QStringLiteral("test"),
                 QStringLiteral("--as"), QStringLiteral("safetensors"), QStringLiteral("--out"), file})
                .exitCode == 0);
    const CliRun back = run({QStringLiteral("export"), file, QStringLiteral("--split"), QStringLiteral("test"),
                             QStringLiteral("--dataset"), QStringLiteral("CIFAR100"), QStringLiteral("--arch"),
                             QStringLiteral("a/b"), QStringLiteral("--out"), out(QStringLiteral("e"))});
    QVERIFY2(back.exitCode == 0, back.err.constData());
    for (const char* name : {"embeddings-test.pt", "label-test.pt", "mean-test.pt", "std-test.pt"})
        QVERIFY2(QFile::exists(out(QStringLiteral("e/CIFAR100/a_b/")) + QLatin1String(name)), name);
}

void TestExchange::mistakesAreSaid_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("message");
    const QStringList to{QStringLiteral("--out"), QStringLiteral("x")};
    QTest::newRow("unknown key") << QStringList{QStringLiteral("export"), QStringLiteral("zzz")} + to
                                 << QByteArray("nothing has the key zzz");
    QTest::newRow("format of another kind") << QStringList{QStringLiteral("export"), QStringLiteral("PROBE"),
                                                           QStringLiteral("--as"), QStringLiteral("openood")} +
                                                   to
                                            << QByteArray("a probe has no such format");
    QTest::newRow("ending") << QStringList{QStringLiteral("export"), embeddings("CIFAR100"), QStringLiteral("--as"),
                                           QStringLiteral("npy")} +
                                   to
                            << QByteArray("must end in .npy");
    QTest::newRow("no such split") << QStringList{QStringLiteral("export"), embeddings("CIFAR10")} + to
                                   << QByteArray("nothing has the key");
    QTest::newRow("no table") << QStringList{QStringLiteral("import"), QStringLiteral("results"), data("plp/hp.json")}
                              << QByteArray("hp.json");
}

void TestExchange::mistakesAreSaid() {
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, message);
    arguments.replaceInStrings(QStringLiteral("PROBE"), m_probe);
    const CliRun result = run(arguments);
    QCOMPARE(result.exitCode, 1);
    QVERIFY2(result.err.contains(message) && result.err.count('\n') == 1, result.err.constData());
    QVERIFY(!QFile::exists(QStringLiteral("x")));
}

QTEST_GUILESS_MAIN(TestExchange)
#include "tst_exchange.moc"
