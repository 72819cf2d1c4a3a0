// SPDX-License-Identifier: GPL-3.0-or-later
// The self-test that ships: it passes here, and notices numbers that are off.
#include <QTemporaryDir>
#include <QtTest>
#include <filesystem>

#include "core/base/files.h"
#include "core/experiment/selftest.h"
#include "core/io/json.h"
#include "core/io/safetensors.h"

using namespace oodscope;
using experiment::SelftestCheck;

namespace {

const fs::path kShipped = fs::path(OODSCOPE_RESOURCES) / "selftest";

std::size_t failures(const experiment::SelftestReport& report, SelftestCheck::Kind kind) {
    return static_cast<std::size_t>(std::ranges::count_if(
        report.checks, [&](const SelftestCheck& check) { return check.kind == kind && !check.passed(); }));
}

}  // namespace

class TestSelftest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void passesHere_data();
    void passesHere();
    void noticesDifferences();
    void saysWhatIsMissing();
    void stops();

private:
    Result<experiment::SelftestReport> run() const {
        experiment::SelftestOptions options;
        options.folder = m_folder;
        return experiment::runSelftest(options, {}, {});
    }

    std::unique_ptr<QTemporaryDir> m_root;
    fs::path m_folder;
};

void TestSelftest::init() {
    m_root = std::make_unique<QTemporaryDir>();
    m_folder = fs::path(m_root->path().toStdString()) / "selftest";
    fs::copy(kShipped, m_folder, fs::copy_options::recursive);
}

void TestSelftest::passesHere_data() {
    QTest::addColumn<int>("precision");
    QTest::addRow("fp32") << int(model::Precision::Fp32);
    QTest::addRow("bf16") << int(model::Precision::Bf16);
}

void TestSelftest::passesHere() {
    QFETCH(int, precision);
    experiment::SelftestOptions options;
    options.folder = kShipped;
    options.precision = model::Precision(precision);
    std::size_t announced = 0;
    const auto report = experiment::runSelftest(options, {}, [&](const Progress&) { ++announced; });
    QVERIFY2(report, report ? "" : report.error().message.c_str());
    for (const SelftestCheck& check : report->checks)
        QVERIFY2(check.passed(),
                 qPrintable(QStringLiteral("%1: %2").arg(QString::fromStdString(check.name)).arg(check.error)));
    QCOMPARE(announced, report->checks.size());
    QCOMPARE(report->device, std::string("cpu"));
    for (const auto kind : {SelftestCheck::Kind::Resize, SelftestCheck::Kind::Encoder})
        QVERIFY(std::ranges::count(report->checks, kind, &SelftestCheck::kind) >= 3);
    QCOMPARE(std::ranges::count(report->checks, SelftestCheck::Kind::Tokenizer, &SelftestCheck::kind), 1);
}

void TestSelftest::noticesDifferences() {
    // One pixel of a result, one id of a text, one recorded embedding.
    const auto file = io::openSafetensors(m_folder / "resize.safetensors").value();
    std::vector<io::TensorToWrite> tensors;
    std::vector<std::byte> changed;
    for (const auto& [name, view] : file.tensors) {
        tensors.push_back({name, view.dtype, view.shape, view.bytes});
        if (!name.ends_with(".result") || !changed.empty()) continue;
        changed.assign(view.bytes.begin(), view.bytes.end());
        changed[7] ^= std::byte{1};
        tensors.back().bytes = changed;
    }
    QVERIFY(io::writeSafetensors(m_folder / "resize.safetensors", tensors));
    io::Json texts = io::readJson(m_folder / "tokenizer" / "texts.json").value();
    texts["ids"][3][1] = texts["ids"][3][1].get<int>() + 1;
    QVERIFY(io::writeJson(m_folder / "tokenizer" / "texts.json", texts));
    const fs::path vectorsPath = m_folder / "models" / "open_clip_vit" / "vectors.safetensors";
    const auto vectors = io::openSafetensors(vectorsPath).value();
    Matrix text = io::matrixFrom(vectors, "text").value();
    std::vector<float> values(text.values().begin(), text.values().end());
    values.front() += 0.5F;
    std::vector<io::TensorToWrite> recorded;
    for (const auto& [name, view] : vectors.tensors)
        recorded.push_back({name, view.dtype, view.shape,
                            name == "text" ? std::as_bytes(std::span<const float>(values)) : view.bytes});
    QVERIFY(io::writeSafetensors(vectorsPath, recorded));
    const auto report = run();
    QVERIFY2(report, report ? "" : report.error().message.c_str());
    QVERIFY(!report->passed());
    for (const auto kind : {SelftestCheck::Kind::Resize, SelftestCheck::Kind::Tokenizer, SelftestCheck::Kind::Encoder})
        QCOMPARE(failures(*report, kind), std::size_t{1});
}

void TestSelftest::saysWhatIsMissing() {
    fs::remove(m_folder / "tokenizer" / "merges.txt");
    const auto noMerges = run();
    QVERIFY(!noMerges && noMerges.error().message.find("merges.txt") != std::string::npos);
    fs::copy_file(kShipped / "tokenizer" / "merges.txt", m_folder / "tokenizer" / "merges.txt");
    fs::remove_all(m_folder / "models");
    const auto noModels = run();
    QVERIFY(!noModels && noModels.error().message.find("models") != std::string::npos);
    QVERIFY(writeFileAtomically(m_folder / "tokenizer" / "texts.json", R"({"texts": ["a"], "ids": "b"})"));
    const auto bad = run();
    QVERIFY(!bad && bad.error().message.find("texts.json") != std::string::npos);
}

void TestSelftest::stops() {
    std::stop_source source;
    source.request_stop();
    experiment::SelftestOptions options;
    options.folder = kShipped;
    const auto report = experiment::runSelftest(options, source.get_token(), {});
    QVERIFY(!report && report.error().code == ErrorCode::Cancelled);
}

QTEST_APPLESS_MAIN(TestSelftest)
#include "tst_selftest.moc"
