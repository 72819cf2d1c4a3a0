// SPDX-License-Identifier: GPL-3.0-or-later
// Vision transformers of every family, from their authors' checkpoints, against recorded outputs
// (make_vit_vectors.py), and what is said of checkpoints that do not fit.
#include <QTemporaryDir>
#include <QtTest>
#include <fstream>

#include "core/io/json.h"
#include "core/io/safetensors.h"
#include "core/model/device.h"
#include "core/model/model.h"
#include "support/parity_support.h"

namespace fs = std::filesystem;
using namespace oodscope;
using namespace oodscope::parity;
using model::Device;
using model::Precision;

namespace {

// In the order of make_vit_vectors.py: a case's number is part of its weights.
const std::vector<std::string> kCases{
    "timm_head",    "timm_avg", "timm_clip", "timm_dinov2_reg", "beit_finetuned", "beit_pretrained", "mae",
    "mocov3_small", "msn",      "ibot",      "dinov2",          "dinov2_reg",     "dinov2_swiglu"};

fs::path caseFolder(const std::string& name) {
    return fs::path(OODSCOPE_TEST_DATA) / "vit" / name;
}

model::TensorShapes shapesOf(const std::string& name) {
    return valueOf(io::readJson(caseFolder(name) / "config.json")).at("tensors").get<model::TensorShapes>();
}

}  // namespace

class TestVitParity : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_root = std::make_unique<QTemporaryDir>(); }
    void recordedOutputs_data();
    void recordedOutputs();
    void classHead();
    void misfits_data();
    void misfits();

private:
    // The case's folder with its weights, after `change`.
    std::string snapshot(const std::string& name, const std::function<void(model::TensorShapes&)>& change = {}) const;

    std::unique_ptr<QTemporaryDir> m_root;
};

std::string TestVitParity::snapshot(const std::string& name,
                                    const std::function<void(model::TensorShapes&)>& change) const {
    const auto number = static_cast<std::uint64_t>(std::ranges::find(kCases, name) - kCases.begin());
    const fs::path folder = fs::path(m_root->path().toStdString()) / name;
    fs::create_directories(folder);
    fs::copy_file(caseFolder(name) / "config.json", folder / "config.json", fs::copy_options::overwrite_existing);
    model::TensorShapes shapes = shapesOf(name);
    if (change) change(shapes);
    writeWeights(folder / "model.safetensors", shapes, number);
    return folder.string();
}

void TestVitParity::recordedOutputs_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("precision");
    QTest::addColumn<double>("tolerance");
    for (const std::string& name : kCases) {
        QTest::addRow("%s fp32", name.c_str()) << QString::fromStdString(name) << int(Precision::Fp32) << 1e-5;
        QTest::addRow("%s bf16", name.c_str()) << QString::fromStdString(name) << int(Precision::Bf16) << 1e-2;
    }
}

void TestVitParity::recordedOutputs() {
    QFETCH(QString, name);
    QFETCH(int, precision);
    QFETCH(double, tolerance);
    const auto vectors = valueOf(io::openSafetensors(caseFolder(name.toStdString()) / "vectors.safetensors"));
    const Matrix expected = valueOf(io::matrixFrom(vectors, "embeddings"));
    const auto opened = valueOf(model::openModel(snapshot(name.toStdString())));
    const auto encoder = valueOf(opened->imageEncoder(Device{}, Precision(precision)));
    const auto features = valueOf(encoder->encode(bytesOf(vectors, "pixels"), static_cast<int>(expected.rows())));
    const double error = relativeError(features.embeddings, expected);
    qInfo("%s: relative error %.2g", opened->info().architecture.c_str(), error);
    QVERIFY2(error <= tolerance, qPrintable(QString::number(error)));
    QCOMPARE(features.projected.size(), std::size_t{0});
    QCOMPARE(opened->info().embeddingWidth, static_cast<int>(expected.cols()));
    QVERIFY(!opened->info().hasTextTower);
    QVERIFY(!opened->textEncoder(Device{}, Precision::Fp32));
}

void TestVitParity::classHead() {
    int heads = 0;
    for (const std::string& name : kCases) {
        const auto vectors = valueOf(io::openSafetensors(caseFolder(name) / "vectors.safetensors"));
        const auto opened = valueOf(model::openModel(snapshot(name)));
        const auto head = valueOf(opened->classHead());
        QCOMPARE(head.has_value(), vectors.tensors.contains("logits"));
        if (!head) continue;
        ++heads;
        const Matrix embeddings = valueOf(io::matrixFrom(vectors, "embeddings"));
        const Matrix logits = valueOf(io::matrixFrom(vectors, "logits"));
        QCOMPARE(opened->info().classes, static_cast<int>(logits.cols()));
        for (std::size_t row = 0; row < logits.rows(); ++row) {
            for (std::size_t c = 0; c < logits.cols(); ++c) {
                double sum = head->bias.at(0, c);
                for (std::size_t d = 0; d < embeddings.cols(); ++d)
                    sum += double(head->weight.at(c, d)) * double(embeddings.at(row, d));
                QVERIFY(std::abs(sum - double(logits.at(row, c))) < 1e-5);
            }
        }
    }
    QCOMPARE(heads, 4);
}

void TestVitParity::misfits_data() {
    using Change = std::function<void(model::TensorShapes&)>;
    QTest::addColumn<QString>("name");
    QTest::addColumn<Change>("change");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* label, const char* name, Change change, const char* says) {
        QTest::addRow("%s", label) << name << change << says;
    };
    row(
        "missing", "timm_head", [](auto& shapes) { shapes.erase("blocks.1.norm2.bias"); },
        "1 tensors missing (blocks.1.norm2.bias)");
    row(
        "missing in the first block", "timm_head", [](auto& shapes) { shapes.erase("blocks.0.mlp.fc2.weight"); },
        "blocks.0.mlp.fc2.weight");
    row(
        "unexpected", "timm_head",
        [](auto& shapes) {
            shapes["dist_token"] = {1, 1, 48};
        },
        "1 unexpected (dist_token)");
    row(
        "misshapen", "beit_finetuned", [](auto& shapes) { shapes["blocks.1.gamma_2"] = {47}; },
        "blocks.1.gamma_2 is 47, expected 48");
    row(
        "another depth", "mae",
        [](auto& shapes) {
            std::erase_if(shapes, [](const auto& item) { return item.first.starts_with("blocks.1."); });
        },
        "2 layers of width 48, these tensors are of 1 layers");
    row(
        "half a head", "timm_head", [](auto& shapes) { shapes.erase("head.bias"); }, "head.weight");
    row(
        "no square", "dinov2",
        [](auto& shapes) {
            shapes["pos_embed"] = {1, 48, 48};
        },
        "pos_embed has 48 rows");
    row(
        "another window", "beit_finetuned",
        [](auto& shapes) {
            for (const char* block : {"0", "1"})
                shapes[std::string("blocks.") + block + ".attn.relative_position_bias_table"] = {84, 3};
        },
        "relative positions are for images of 40 pixels, not 32");
    row(
        "beside the prefix", "ibot", [](auto& shapes) { shapes["optimizer.state"] = {4}; },
        "unexpected tensor 'optimizer.state'");
    row(
        "something else", "mae",
        [](auto& shapes) {
            shapes = {{"weight", {3, 4}}};
        },
        "not a model that this program knows");
}

void TestVitParity::misfits() {
    QFETCH(QString, name);
    QFETCH(std::function<void(model::TensorShapes&)>, change);
    QFETCH(QString, says);
    const auto opened = model::openModel(snapshot(name.toStdString(), change));
    QVERIFY(!opened);
    const QString message = QString::fromStdString(opened.error().message);
    QVERIFY2(message.contains(says), qPrintable(message));
    QVERIFY(message.contains(QStringLiteral("model.safetensors")) && !message.contains(QLatin1Char('\n')));
}

QTEST_APPLESS_MAIN(TestVitParity)
#include "tst_vit_parity.moc"
