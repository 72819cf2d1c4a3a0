// SPDX-License-Identifier: GPL-3.0-or-later
// The encoders against recorded outputs of open_clip (make_model_vectors.py), and the fast encoders against the plain
// forward pass.
#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/from_blob.h>

#include <QTemporaryDir>
#include <QtTest>
#include <cmath>

#include "core/io/json.h"
#include "core/io/safetensors.h"
#include "core/model/clip_functional_torch.h"
#include "core/model/device.h"
#include "core/model/matrix_torch.h"
#include "core/model/model.h"
#include "core/model/weights_torch.h"
#include "support/parity_support.h"

namespace fs = std::filesystem;
using namespace oodscope;
using namespace oodscope::parity;
using model::Device;
using model::Precision;

namespace {

const std::vector<std::string> kCases{"p16_gelu", "p14_quick", "p14_head104_fp16", "p8_custom",
                                      "saved",    "resnet",    "convnext"};

struct Vectors {
    int count = 0;
    std::vector<std::uint8_t> pixels;
    std::vector<std::vector<std::int32_t>> tokens;
    Matrix embeddings, projected, text;
};

fs::path caseFolder(const std::string& name) {
    return fs::path(OODSCOPE_TEST_DATA) / "models" / name;
}

model::ClipConfig configOf(const std::string& name) {
    const fs::path path = caseFolder(name) / "open_clip_config.json";
    return valueOf(model::parseClipConfig(valueOf(io::readJson(path)), path));
}

// The case's folder with its weights beside the configuration.
std::string snapshot(const QTemporaryDir& root, const std::string& name) {
    const auto number = static_cast<std::uint64_t>(std::ranges::find(kCases, name) - kCases.begin());
    const fs::path folder = fs::path(root.path().toStdString()) / name;
    if (fs::exists(folder)) return folder.string();
    fs::copy(caseFolder(name), folder);
    if (name != "saved")
        writeWeights(folder / "open_clip_model.safetensors", model::expectedTensors(configOf(name)), number,
                     name.ends_with("fp16"));
    return folder.string();
}

Vectors vectorsOf(const std::string& name) {
    const io::TensorFile file = valueOf(io::openSafetensors(caseFolder(name) / "vectors.safetensors"));
    Vectors vectors;
    const io::TensorView& pixels = file.tensors.find("pixels")->second;
    vectors.count = static_cast<int>(pixels.shape[0]);
    vectors.pixels = bytesOf(file, "pixels");
    const io::TensorView& tokens = file.tensors.find("tokens")->second;
    const auto context = static_cast<std::size_t>(tokens.shape[1]);
    std::vector<std::int64_t> ids(static_cast<std::size_t>(tokens.elementCount()));
    std::memcpy(ids.data(), tokens.bytes.data(), tokens.bytes.size());
    for (std::size_t row = 0; row < ids.size(); row += context)
        vectors.tokens.emplace_back(ids.begin() + static_cast<std::ptrdiff_t>(row),
                                    ids.begin() + static_cast<std::ptrdiff_t>(row + context));
    vectors.embeddings = valueOf(io::matrixFrom(file, "embeddings"));
    vectors.projected = valueOf(io::matrixFrom(file, "projected"));
    vectors.text = valueOf(io::matrixFrom(file, "text"));
    return vectors;
}

}  // namespace

class TestModelParity : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void openClipOutputs_data();
    void openClipOutputs();
    void plainForwardAgrees_data();
    void plainForwardAgrees();
    void batchDoesNotMatter();
    void threadsDoNotMatter();
    void shortTextsNeedNoPadding();
    void outputInTheSpaceOfTheText();
    void infoOfAModel();
    void weightsThatDoNotFit();

private:
    std::shared_ptr<const model::Model> open(const std::string& name) {
        return valueOf(model::openModel(snapshot(m_root, name)));
    }

    QTemporaryDir m_root;
};

void TestModelParity::openClipOutputs_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("precision");
    QTest::addColumn<double>("tolerance");
    for (const std::string& name : kCases) {
        QTest::addRow("%s fp32", name.c_str()) << QString::fromStdString(name) << int(Precision::Fp32) << 1e-5;
        QTest::addRow("%s bf16", name.c_str()) << QString::fromStdString(name) << int(Precision::Bf16) << 1e-2;
        QTest::addRow("%s fp16", name.c_str()) << QString::fromStdString(name) << int(Precision::Fp16) << 3e-3;
    }
}

void TestModelParity::openClipOutputs() {
    QFETCH(QString, name);
    QFETCH(int, precision);
    QFETCH(double, tolerance);
    const Vectors vectors = vectorsOf(name.toStdString());
    const auto opened = open(name.toStdString());
    const auto image = valueOf(opened->imageEncoder(Device{}, Precision(precision)));
    const auto features = valueOf(image->encode(vectors.pixels, vectors.count));
    const double embeddings = relativeError(features.embeddings, vectors.embeddings);
    const double projected = relativeError(features.projected, vectors.projected);
    const auto encoder = valueOf(opened->textEncoder(Device{}, Precision(precision)));
    const double text = relativeError(valueOf(encoder->encode(vectors.tokens)), vectors.text);
    qInfo("relative errors: embeddings %.2g, projected %.2g, text %.2g", embeddings, projected, text);
    QVERIFY2(embeddings <= tolerance, qPrintable(QString::number(embeddings)));
    QVERIFY2(projected <= tolerance, qPrintable(QString::number(projected)));
    // Heads of 12 channels: open_clip's own bfloat16 is 1.2e-2 off here.
    const bool narrow = name == QStringLiteral("p14_quick") && Precision(precision) == Precision::Bf16;
    QVERIFY2(text <= (narrow ? 1.5e-2 : tolerance), qPrintable(QString::number(text)));
}

void TestModelParity::plainForwardAgrees_data() {
    QTest::addColumn<QString>("name");
    for (const std::string& name : kCases) {
        // The plain forward pass, which serves training, knows only transformers.
        if (std::holds_alternative<model::VitSpec>(configOf(name).vision))
            QTest::addRow("%s", name.c_str()) << QString::fromStdString(name);
    }
}

void TestModelParity::plainForwardAgrees() {
    QFETCH(QString, name);
    const std::string folder = snapshot(m_root, name.toStdString());
    const Vectors vectors = vectorsOf(name.toStdString());
    const model::ClipConfig config = configOf(name.toStdString());
    const io::TensorFile file = valueOf(io::openSafetensors(fs::path(folder) / "open_clip_model.safetensors"));
    model::Weights weights = model::mapWeights(file, "");
    for (auto& [key, tensor] : weights)
        tensor = tensor.to(at::kFloat);
    const std::int64_t size = model::imageSizeOf(config.vision);
    auto* bytes = const_cast<std::uint8_t*>(vectors.pixels.data());
    const at::Tensor pixels = at::from_blob(bytes, {vectors.count, size, size, 3}, at::TensorOptions(at::kByte));
    const auto out = model::imageForward(config, weights, model::normalisePixels(config.preprocess, pixels));
    QVERIFY(relativeError(model::toMatrix(out.embeddings), vectors.embeddings) < 1e-5);
    QVERIFY(relativeError(model::toMatrix(out.projected), vectors.projected) < 1e-5);
    std::vector<std::int64_t> ids;
    for (const auto& row : vectors.tokens)
        ids.insert(ids.end(), row.begin(), row.end());
    const auto rows = static_cast<std::int64_t>(vectors.tokens.size());
    const at::Tensor tokens = at::from_blob(ids.data(), {rows, std::ssize(ids) / rows}, at::TensorOptions(at::kLong));
    QVERIFY(relativeError(model::toMatrix(model::textForward(config, weights, tokens).projected), vectors.text) < 1e-5);
}

void TestModelParity::batchDoesNotMatter() {
    for (const std::string name : {"p16_gelu", "p14_quick", "resnet"}) {
        const Vectors vectors = vectorsOf(name);
        const auto opened = open(name);
        const auto encoder = valueOf(opened->imageEncoder(Device{}, Precision::Fp32));
        // 37 images: more than any slice the encoder works in, and no multiple of one.
        std::vector<std::uint8_t> many;
        const std::size_t each = vectors.pixels.size() / static_cast<std::size_t>(vectors.count);
        for (std::size_t i = 0; i < 37; ++i) {
            const auto begin = vectors.pixels.begin() + static_cast<std::ptrdiff_t>((i % 5) * each);
            many.insert(many.end(), begin, begin + static_cast<std::ptrdiff_t>(each));
        }
        const auto all = valueOf(encoder->encode(many, 37));
        for (std::size_t i = 0; i < 37; ++i) {
            const auto one = valueOf(encoder->encode(std::span(many).subspan(i * each, each), 1));
            const std::size_t row[] = {i};
            QVERIFY(relativeError(one.projected, all.projected.selectRows(row)) < 1e-5);
        }
        QCOMPARE(valueOf(encoder->encode({}, 0)).embeddings.rows(), std::size_t{0});
    }
}

void TestModelParity::threadsDoNotMatter() {
    const Vectors vectors = vectorsOf("p14_quick");
    const auto opened = open("p14_quick");
    const auto encoder = valueOf(opened->imageEncoder(Device{}, Precision::Fp32));
    const int before = at::get_num_threads();
    model::setComputeThreads(1);
    const auto one = valueOf(encoder->encode(vectors.pixels, vectors.count));
    model::setComputeThreads(3);
    const auto three = valueOf(encoder->encode(vectors.pixels, vectors.count));
    const auto again = valueOf(encoder->encode(vectors.pixels, vectors.count));
    model::setComputeThreads(before);
    QVERIFY(relativeError(three.projected, one.projected) < 1e-5);
    // The same thread count: bit for bit.
    QVERIFY(std::ranges::equal(three.projected.values(), again.projected.values()));
}

void TestModelParity::shortTextsNeedNoPadding() {
    Vectors vectors = vectorsOf("p16_gelu");
    const auto opened = open("p16_gelu");
    const auto encoder = valueOf(opened->textEncoder(Device{}, Precision::Fp32));
    for (auto& row : vectors.tokens) {
        while (row.back() == 0)
            row.pop_back();
    }
    QVERIFY(relativeError(valueOf(encoder->encode(vectors.tokens)), vectors.text) < 1e-5);
    QVERIFY(valueOf(encoder->encode({})).rows() == 0);
    const auto foreign = encoder->encode({{62, 64, 63}});
    QVERIFY(!foreign && foreign.error().message.find("token 64") != std::string::npos);
    const auto tooLong = encoder->encode({std::vector<std::int32_t>(13, 1)});
    QVERIFY(!tooLong && tooLong.error().message.find("13 tokens") != std::string::npos);
    QVERIFY(!encoder->encode({{-1}}));
}

void TestModelParity::outputInTheSpaceOfTheText() {
    const auto opened = open("resnet");
    QCOMPARE(opened->info().architecture, std::string("open_clip ModifiedResNet 2-1-2-1 blocks, width 16"));
    QCOMPARE(opened->info().activation, std::string("quick_gelu"));
    QCOMPARE(opened->info().embeddingWidth, 24);
    QCOMPARE(opened->info().projectedWidth, 24);
    QCOMPARE(open("convnext")->info().architecture, std::string("open_clip ConvNeXt 3-3-9-3 blocks, width 96"));
    QCOMPARE(open("convnext")->info().embeddingWidth, 20);
    // Without a projection of its own: pseudo labels need the same numbers as the probe.
    const Vectors vectors = vectorsOf("resnet");
    const auto encoder = valueOf(opened->imageEncoder(Device{}, Precision::Fp32));
    const auto features = valueOf(encoder->encode(vectors.pixels, vectors.count));
    QVERIFY(std::ranges::equal(features.embeddings.values(), features.projected.values()));
}

void TestModelParity::weightsThatDoNotFit() {
    const fs::path folder = snapshot(m_root, "p16_gelu");
    fs::copy_file(caseFolder("p14_quick") / "open_clip_config.json", folder / "open_clip_config.json",
                  fs::copy_options::overwrite_existing);
    const auto byFolder = model::openModel(folder.string());
    QVERIFY(!byFolder &&
            byFolder.error().message.find("does not fit its open_clip_config.json: ") != std::string::npos);
    model::OpenOptions options;
    options.architecture = "RN50";
    const auto byName = model::openModel((folder / "open_clip_model.safetensors").string(), options);
    QVERIFY(!byName && byName.error().message.find("does not fit RN50: ") != std::string::npos);
    fs::remove_all(folder);
}

void TestModelParity::infoOfAModel() {
    const auto opened = open("p14_quick");
    const model::ModelInfo& info = opened->info();
    QCOMPARE(info.name, std::string("p14_quick"));
    QCOMPARE(info.activation, std::string("quick_gelu"));
    QCOMPARE(info.architecture, std::string("open_clip ViT 3 layers, width 160, patch 14"));
    QCOMPARE(info.imageSize, 59);
    QCOMPARE(info.embeddingWidth, 160);
    QCOMPARE(info.projectedWidth, 40);
    QCOMPARE(info.contextLength, 12);
    QCOMPARE(info.preprocess.size, 59);
    QCOMPARE(info.preprocess.mean[1], 0.5F);
    QVERIFY(std::abs(info.logitScale - std::exp(3.0F)) < 1e-4F);
    const std::string identity = valueOf(opened->identity());
    QCOMPARE(identity.size(), std::size_t{32});
    QCOMPARE(valueOf(open("p14_quick")->identity()), identity);
    QVERIFY(valueOf(open("p16_gelu")->identity()) != identity);
}

QTEST_APPLESS_MAIN(TestModelParity)
#include "tst_model_parity.moc"
