// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QTest>
#include <fstream>

#include "core/base/files.h"
#include "core/embed/embedding_set.h"
#include "core/io/json.h"
#include "core/io/npy.h"

using namespace oodscope;
using namespace oodscope::embed;

namespace {

EmbeddingSet sampleSet() {
    EmbeddingSet set;
    set.key = "0123";
    set.datasetName = "world";
    set.datasetRoot = "/data/world";
    set.embeddings = Matrix::own(3, 2, {1.5F, -2, 3e-30F, 4, 5, 6.25F});
    set.projected = Matrix::own(3, 1, {7, 8, 9});
    set.labels = {1, 0, 1};
    set.classNames = {"ant", "bee"};
    set.paths = {"ant/1.png", "bee/ü.png", "bee/3.png"};
    set.unreadable = {{"bee/4.png", "the file is empty"}};
    set.provenance = {{"precision", "fp32"}, {"batch_size", 32}};
    return set;
}

void writeText(const fs::path& path, std::string_view text) {
    std::ofstream(path, std::ios::binary) << text;
}

}  // namespace

class TestEmbeddingFiles : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_dir = std::make_unique<QTemporaryDir>();
        QVERIFY(m_dir->isValid());
        m_root = fs::path(m_dir->path().toStdString());
    }
    void roundTrip_data();
    void roundTrip();
    void jsonHoldsWhatOthersRead();
    void plainFiles();
    void otherExtension();
    void setThatDoesNotFit();
    void malformedDescription_data();
    void malformedDescription();
    void damagedData();

private:
    std::unique_ptr<QTemporaryDir> m_dir;
    fs::path m_root;
};

void TestEmbeddingFiles::roundTrip_data() {
    QTest::addColumn<QString>("name");
    QTest::newRow("safetensors") << "set.safetensors";
    QTest::newRow("npy") << "set.NPY";
}

void TestEmbeddingFiles::roundTrip() {
    QFETCH(QString, name);
    const EmbeddingSet set = sampleSet();
    const Status written = exportEmbeddings(set, m_root / name.toStdString());
    QVERIFY2(written.has_value(), written ? "" : written.error().message.c_str());
    const auto read = importEmbeddings(m_root / name.toStdString());
    QVERIFY2(read.has_value(), read ? "" : read.error().message.c_str());
    QVERIFY(std::ranges::equal(read->embeddings.values(), set.embeddings.values()));
    const bool hasProjected = name.endsWith(u".safetensors");
    QCOMPARE(read->projected.rows(), std::size_t(hasProjected ? 3 : 0));
    QVERIFY(!hasProjected || std::ranges::equal(read->projected.values(), set.projected.values()));
    QVERIFY(read->labels == set.labels && read->classNames == set.classNames && read->paths == set.paths);
    QCOMPARE(read->key, set.key);
    QCOMPARE(read->datasetName, set.datasetName);
    QCOMPARE(read->datasetRoot, set.datasetRoot);
    QCOMPARE(read->unreadable.size(), std::size_t(1));
    QCOMPARE(read->unreadable[0].reason, set.unreadable[0].reason);
    QVERIFY(read->provenance == set.provenance);
}

void TestEmbeddingFiles::jsonHoldsWhatOthersRead() {
    QVERIFY(exportEmbeddings(sampleSet(), m_root / "a.safetensors").has_value());
    const auto json = io::readJson(m_root / "a.json");
    QVERIFY(json.has_value());
    QCOMPARE(json->at("paths").size(), std::size_t(3));
    QCOMPARE(json->at("paths")[1].get<std::string>(), std::string("bee/ü.png"));
    QCOMPARE(json->at("unreadable")[0].at("path").get<std::string>(), std::string("bee/4.png"));
    QCOMPARE(json->at("provenance").at("precision").get<std::string>(), std::string("fp32"));
}

void TestEmbeddingFiles::plainFiles() {
    QVERIFY(io::writeNpy(m_root / "plain.npy", sampleSet().embeddings).has_value());
    const auto plain = importEmbeddings(m_root / "plain.npy");
    QVERIFY(plain.has_value());
    QCOMPARE(plain->datasetName, std::string("plain"));
    QVERIFY(plain->labels == (std::vector<std::int32_t>{-1, -1, -1}));
    QVERIFY(!plain->hasLabels());
    QVERIFY(plain->paths.empty() && plain->projected.empty());

    QVERIFY(exportEmbeddings(sampleSet(), m_root / "bare.safetensors").has_value());
    fs::remove(m_root / "bare.json");
    const auto bare = importEmbeddings(m_root / "bare.safetensors");
    QVERIFY(bare.has_value());
    QVERIFY(bare->labels == sampleSet().labels);
    QVERIFY(bare->classNames == (std::vector<std::string>{"0", "1"}));
}

void TestEmbeddingFiles::otherExtension() {
    QVERIFY(exportEmbeddings(sampleSet(), m_root / "a.csv").error().code == ErrorCode::InvalidArgument);
    QVERIFY(!importEmbeddings(m_root / "a.csv"));
    QVERIFY(importEmbeddings(m_root / "none.npy").error().code == ErrorCode::NotFound);
    QVERIFY(fs::is_empty(m_root));
}

void TestEmbeddingFiles::setThatDoesNotFit() {
    EmbeddingSet set = sampleSet();
    set.paths.pop_back();
    QVERIFY(!exportEmbeddings(set, m_root / "a.npy"));
    QVERIFY(!exportEmbeddings(EmbeddingSet(), m_root / "a.npy"));
    QVERIFY(fs::is_empty(m_root));
}

void TestEmbeddingFiles::malformedDescription_data() {
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("no JSON") << QByteArray("{\"paths\": [");
    QTest::newRow("no object") << QByteArray("[1, 2]");
    QTest::newRow("paths of another type") << QByteArray("{\"paths\": [1, 2, 3]}");
    QTest::newRow("too few paths") << QByteArray("{\"paths\": [\"a\"]}");
    QTest::newRow("too few labels") << QByteArray("{\"labels\": [1]}");
    QTest::newRow("label below none") << QByteArray("{\"labels\": [0, -2, 1]}");
    QTest::newRow("label past the names") << QByteArray("{\"labels\": [0, 0, 1], \"class_names\": [\"a\"]}");
    QTest::newRow("huge label") << QByteArray("{\"labels\": [0, 0, 2147483647]}");
    QTest::newRow("unreadable of another type") << QByteArray("{\"unreadable\": [\"a\"]}");
    QTest::newRow("provenance of another type") << QByteArray("{\"provenance\": 3}");
}

void TestEmbeddingFiles::malformedDescription() {
    QFETCH(QByteArray, json);
    QVERIFY(io::writeNpy(m_root / "a.npy", sampleSet().embeddings).has_value());
    writeText(m_root / "a.json", json.toStdString());
    const auto read = importEmbeddings(m_root / "a.npy");
    QVERIFY(!read);
    QVERIFY2(read.error().code == ErrorCode::BadFile, read.error().message.c_str());
    QVERIFY2(read.error().message.starts_with((m_root / "a.").string()), read.error().message.c_str());
}

void TestEmbeddingFiles::damagedData() {
    QVERIFY(exportEmbeddings(sampleSet(), m_root / "a.safetensors").has_value());
    fs::resize_file(m_root / "a.safetensors", fs::file_size(m_root / "a.safetensors") - 1);
    QVERIFY(importEmbeddings(m_root / "a.safetensors").error().code == ErrorCode::BadFile);
}

QTEST_APPLESS_MAIN(TestEmbeddingFiles)
#include "tst_embedding_files.moc"
