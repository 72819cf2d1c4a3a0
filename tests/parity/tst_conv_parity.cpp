// SPDX-License-Identifier: GPL-3.0-or-later
// ConvNeXts and ResNets of every layout against recorded outputs of timm, torchvision and open_clip
// (make_conv_vectors.py).
#include <ATen/core/Tensor.h>
#include <ATen/ops/from_blob.h>
#include <c10/core/InferenceMode.h>

#include <QTemporaryDir>
#include <QtTest>
#include <filesystem>
#include <fstream>
#include <functional>

#include "core/io/json.h"
#include "core/io/safetensors.h"
#include "core/model/clip_architectures.h"
#include "core/model/clip_config.h"
#include "core/model/matrix_torch.h"
#include "core/model/registry.h"
#include "core/model/resnetv2_spec.h"
#include "core/model/tower_checkpoint.h"
#include "core/model/vision_tower_torch.h"
#include "core/model/vit_checkpoint.h"
#include "support/parity_support.h"

using namespace oodscope;
using namespace oodscope::parity;
using model::ConvNextSpec;
using model::Precision;
using model::ResNetSpec;
using model::VisionSpec;
using Layout = ConvNextSpec::Layout;

namespace {

constexpr int kSize = 72;  // of the recorded images

struct Case {
    const char* name;
    VisionSpec spec;
};

ConvNextSpec convNext(Layout layout, const std::function<void(ConvNextSpec&)>& change = {}) {
    ConvNextSpec spec{.layout = layout, .depths = {1, 2, 2, 1}, .widths = {16, 24, 32, 48}, .imageSize = kSize};
    if (change) change(spec);
    return spec;
}

model::VitSpec hybrid() {
    model::VitSpec spec;
    spec.transformer = {.width = 48, .layers = 2, .heads = 1, .mlpWidth = 192, .epsilon = 1e-6};
    spec.imageSize = kSize;
    spec.patchSize = 1;
    spec.patchBias = true;
    spec.normBefore = false;
    spec.backbone = model::ResNetV2Spec{.blocks = {1, 2, 1}};
    return spec;
}

// In the order of the script, whose case numbers seed the weights.
std::vector<Case> cases() {
    return {
        {"convnext_timm", convNext(Layout::Timm)},
        {"convnext_hidden", convNext(Layout::Timm, [](ConvNextSpec& spec) { spec.hiddenWidth = 40; })},
        {"convnext_no_scale", convNext(Layout::Timm, [](ConvNextSpec& spec) { spec.layerScale = false; })},
        {"convnext_facebook", convNext(Layout::Facebook)},
        {"convnext_torchvision", convNext(Layout::Torchvision)},
        {"convnext_without_norm", convNext(Layout::Torchvision, [](ConvNextSpec& spec) { spec.finalNorm = false; })},
        {"convnext_open_clip", convNext(Layout::OpenClip, [](ConvNextSpec& spec) { spec.outputWidth = 20; })},
        {"convnext_open_clip_mlp", convNext(Layout::OpenClip,
                                            [](ConvNextSpec& spec) {
                                                spec.hiddenWidth = 40;
                                                spec.outputWidth = 20;
                                                spec.outputBias = true;
                                            })},
        {"resnet", ResNetSpec{.blocks = {1, 2, 1, 1}, .imageSize = kSize}},
        {"hybrid", hybrid()},
    };
}

const io::TensorFile& vectors() {
    static const auto file = io::openSafetensors(std::string(OODSCOPE_TEST_DATA) + "/models/conv_vectors.safetensors");
    if (!file) qFatal("%s", file.error().message.c_str());
    return *file;
}

at::Tensor pixels() {
    const io::TensorView& view = vectors().tensors.find("pixels")->second;
    return at::from_blob(const_cast<std::byte*>(view.bytes.data()), view.shape, at::TensorOptions(at::kByte)).clone();
}

// The checkpoint of a case on disk, fitted as any other.
model::TowerCheckpoint checkpointOf(std::size_t number) {
    const Case item = cases()[number];
    const QTemporaryDir folder;
    const auto path = std::filesystem::path(folder.path().toStdString()) / "model.safetensors";
    model::TensorShapes shapes = expectedTensors(item.spec);
    if (const auto* spec = std::get_if<model::VitSpec>(&item.spec)) {
        shapes.clear();
        for (const auto& [name, tensor] : model::timmLayout(*spec))
            shapes[name] = tensor.shape;
    }
    writeWeights(path, shapes, number);
    model::TowerHints hints;
    hints.imageSize = kSize;
    if (const auto* spec = std::get_if<ConvNextSpec>(&item.spec)) hints.finalNorm = spec->finalNorm;
    return valueOf(model::fitTower(valueOf(io::openSafetensors(path)), hints));
}

std::unique_ptr<model::VisionTower> towerOf(std::size_t number, Precision precision) {
    const model::TowerCheckpoint checkpoint = checkpointOf(number);
    image::Preprocess preprocess;
    preprocess.mean = {0.485F, 0.456F, 0.406F};
    preprocess.std = {0.229F, 0.224F, 0.225F};
    return makeTower(checkpoint.spec, preprocess, model::mapWeights(checkpoint.tensors),
                     model::Placement::of({}, precision));
}

model::TensorShapes shapesOfRow(const io::Json& row) {
    using Four = std::array<int, 4>;
    if (row.contains("open_clip"))
        return expectedTensors(valueOf(model::parseClipConfig(io::Json{{"model_cfg", row["open_clip"]}}, "row")));
    if (row.contains("resnetv2")) {
        const auto blocks = row["resnetv2"]["blocks"].get<std::vector<int>>();
        return expectedTensors(model::ResNetV2Spec{.blocks = blocks}, "patch_embed.backbone.");
    }
    if (row.contains("resnet")) return expectedTensors(ResNetSpec{.blocks = row["resnet"]["blocks"].get<Four>()});
    const io::Json& given = row["convnext"];
    const std::map<std::string, Layout> layouts{
        {"timm", Layout::Timm}, {"facebook", Layout::Facebook}, {"torchvision", Layout::Torchvision}};
    return expectedTensors(ConvNextSpec{.layout = layouts.at(given["layout"].get<std::string>()),
                                        .depths = given["depths"].get<Four>(),
                                        .widths = given["widths"].get<Four>()});
}

std::uint64_t fnv1a(const std::string& text) {
    std::uint64_t value = 0xcbf29ce484222325ULL;
    for (const char byte : text)
        value = (value ^ static_cast<unsigned char>(byte)) * 0x100000001b3ULL;
    return value;
}

}  // namespace

class TestConvParity : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void recordedOutputs_data();
    void recordedOutputs();
    void oneImageOrMany();
    void stops();
    void recognised();
    void somethingElse();
    void classHeads();
    void fullSizeNames_data();
    void fullSizeNames();
};

void TestConvParity::recordedOutputs_data() {
    QTest::addColumn<int>("number");
    QTest::addColumn<int>("precision");
    QTest::addColumn<double>("tolerance");
    int number = 0;
    for (const Case& item : cases()) {
        QTest::addRow("%s fp32", item.name) << number << int(Precision::Fp32) << 1e-5;
        QTest::addRow("%s bf16", item.name) << number << int(Precision::Bf16) << 1e-2;
        QTest::addRow("%s fp16", item.name) << number << int(Precision::Fp16) << 3e-3;
        ++number;
    }
}

void TestConvParity::recordedOutputs() {
    QFETCH(int, number);
    QFETCH(int, precision);
    QFETCH(double, tolerance);
    const auto tower = towerOf(std::size_t(number), Precision(precision));
    const c10::InferenceMode guard;
    const at::Tensor out = tower->forward(pixels(), {});
    QCOMPARE(out.scalar_type(), at::kFloat);
    QCOMPARE(out.size(1), std::int64_t(tower->width()));
    const auto expected = io::matrixFrom(vectors(), cases()[std::size_t(number)].name);
    QVERIFY2(expected, expected ? "" : expected.error().message.c_str());
    const double error = relativeError(model::toMatrix(out), *expected);
    qInfo("relative error %.2g", error);
    QVERIFY2(error <= tolerance, qPrintable(QString::number(error)));
}

void TestConvParity::oneImageOrMany() {
    for (const std::size_t number : {std::size_t(0), cases().size() - 1}) {
        const auto tower = towerOf(number, Precision::Fp32);
        const c10::InferenceMode guard;
        const at::Tensor images = pixels();
        const Matrix all = model::toMatrix(tower->forward(images, {}));
        for (std::int64_t i = 0; i < images.size(0); ++i) {
            const std::size_t row[] = {std::size_t(i)};
            const Matrix one = model::toMatrix(tower->forward(images.narrow(0, i, 1), {}));
            QVERIFY(relativeError(one, all.selectRows(row)) < 1e-5);
        }
        QVERIFY(tower->sliceSize(1) == 1 && tower->sliceSize(1000) > 1);
    }
}

void TestConvParity::stops() {
    std::stop_source source;
    source.request_stop();
    for (const std::size_t number : {std::size_t(0), cases().size() - 1})
        QVERIFY(!towerOf(number, Precision::Fp32)->forward(pixels(), source.get_token()).defined());
}

// What the shapes tell: all but the image size and the choice to leave out the last norm.
void TestConvParity::recognised() {
    for (const Case& item : cases()) {
        const model::TensorShapes shapes = expectedTensors(item.spec);
        if (const auto* wanted = std::get_if<ConvNextSpec>(&item.spec)) {
            auto found = model::recogniseConvNext(shapes);
            QVERIFY2(found, item.name);
            found->imageSize = wanted->imageSize;
            found->finalNorm = wanted->finalNorm;
            QCOMPARE(found->canonical(), wanted->canonical());
            QCOMPARE(expectedTensors(*found), shapes);
            QVERIFY(!model::recogniseResNet(shapes));
        } else if (std::holds_alternative<ResNetSpec>(item.spec)) {
            const auto found = model::recogniseResNet(shapes);
            QVERIFY2(found, item.name);
            QCOMPARE(expectedTensors(*found), shapes);
            QVERIFY(!model::recogniseConvNext(shapes));
        }
    }
    const ResNetSpec clip{.kind = ResNetSpec::Kind::Clip, .blocks = {3, 4, 6, 3}, .heads = 32, .outputWidth = 1024};
    const auto found = model::recogniseResNet(expectedTensors(clip));
    QVERIFY(found && found->canonical() == clip.canonical());
    // timm's largest has another epsilon, which no tensor tells.
    const ConvNextSpec largest{.depths = {3, 4, 30, 3}, .widths = {384, 768, 1536, 3072}};
    QCOMPARE(model::recogniseConvNext(expectedTensors(largest))->epsilon, 1e-5);
}

void TestConvParity::somethingElse() {
    QVERIFY(!model::recogniseConvNext({}) && !model::recogniseResNet({}));
    const model::TensorShapes transformer{{"conv1.weight", {8, 3, 4, 4}}, {"stem.0.weight", {8}}};
    QVERIFY(!model::recogniseConvNext(transformer) && !model::recogniseResNet(transformer));
    // Absurd shapes make a specification that fits nothing, not a crash.
    model::TensorShapes shapes = expectedTensors(cases().front().spec);
    shapes["stages.1.downsample.1.weight"] = {};
    const auto found = model::recogniseConvNext(shapes);
    QVERIFY(found && expectedTensors(*found) != shapes);
}

void TestConvParity::classHeads() {
    const QTemporaryDir folder;
    const auto path = std::filesystem::path(folder.path().toStdString()) / "model.safetensors";
    const auto fit = [&](const model::TensorShapes& shapes) {
        writeWeights(path, shapes, 0);
        return model::fitTower(valueOf(io::openSafetensors(path)), {});
    };
    const ResNetSpec resNet{.blocks = {1, 1, 1, 1}, .stemWidth = 8};
    const std::pair<VisionSpec, std::string> heads[] = {{convNext(Layout::Timm), "head.fc"},
                                                        {convNext(Layout::Facebook), "head"},
                                                        {convNext(Layout::Torchvision), "classifier.2"},
                                                        {resNet, "fc"}};
    for (const auto& [spec, head] : heads) {
        model::TensorShapes shapes = expectedTensors(spec);
        shapes[head + ".weight"] = {7, widthOf(spec)};
        shapes[head + ".bias"] = {7};
        if (std::holds_alternative<ResNetSpec>(spec)) shapes["layer1.0.bn1.num_batches_tracked"] = {};
        const auto fitted = fit(shapes);
        QVERIFY2(fitted, fitted ? "" : fitted.error().message.c_str());
        QCOMPARE(fitted->tensors.tensors.size(), expectedTensors(spec).size());
        QCOMPARE(fitted->head.tensors.size(), std::size_t(2));
        QCOMPARE(fitted->head.tensors.at("weight").shape, shapes.at(head + ".weight"));
        // Half a head, one tensor too many, one too few: each is named.
        shapes.erase(head + ".bias");
        const auto half = fit(shapes);
        QVERIFY(!half && half.error().message.find(head + ".bias") != std::string::npos);
        shapes.erase(head + ".weight");
        shapes["extra"] = {1};
        const auto more = fit(shapes);
        QVERIFY(!more && more.error().message.find("1 unexpected (extra)") != std::string::npos);
        shapes.erase("extra");
        const std::string last = shapes.rbegin()->first;
        shapes.erase(last);
        const auto fewer = fit(shapes);
        QVERIFY2(!fewer && fewer.error().message.find("1 tensors missing (" + last) != std::string::npos, last.c_str());
    }
}

void TestConvParity::fullSizeNames_data() {
    QTest::addColumn<QString>("line");
    std::ifstream file(std::string(OODSCOPE_TEST_DATA) + "/model_shapes/conv.jsonl");
    for (std::string line; std::getline(file, line);)
        QTest::newRow(io::Json::parse(line)["name"].get<std::string>().c_str()) << QString::fromStdString(line);
}

// The names and shapes of Python's models (make_conv_shapes.py).
void TestConvParity::fullSizeNames() {
    QFETCH(QString, line);
    const io::Json row = io::Json::parse(line.toStdString());
    const model::TensorShapes shapes = shapesOfRow(row);
    std::string text;
    std::uint64_t values = 0;
    for (const auto& [name, shape] : shapes) {
        text += name;
        std::uint64_t count = 1;
        for (const std::int64_t side : shape) {
            text += " " + std::to_string(side);
            count *= static_cast<std::uint64_t>(side);
        }
        text += "\n";
        values += count;
    }
    QCOMPARE(shapes.size(), row["tensors"].get<std::size_t>());
    QCOMPARE(values, row["values"].get<std::uint64_t>());
    static const std::map<std::string, std::string> kKnown{
        {"open_clip RN50", "openclip_RN50/openai"},
        {"open_clip convnext_base", "openclip_convnext_base/laion400m_s13b_b51k"},
        {"open_clip convnext_base_w", "openclip_convnext_base_w/laion2b"},
        {"open_clip convnext_large_d", "openclip_convnext_large_d/laion2b"},
        {"open_clip convnext_xxlarge", "openclip_convnext_xxlarge/laion2b"},
        {"facebook convnext_base", "timm_convnext_base_in22k"},
        {"torchvision convnext_small", "convnext_small"},
        {"torchvision convnext_base", "convnext_base"},
        {"torchvision convnext_large", "convnext_large"},
        {"torchvision resnet50", "dino_resnet50"}};
    if (const auto known = kKnown.find(row["name"].get<std::string>()); known != kKnown.end()) {
        const model::RegistryEntry* entry = model::findEntry(known->second);
        QVERIFY2(entry != nullptr, known->second.c_str());
        QCOMPARE(entry->parameters, values);
        if (entry->isClip()) {
            // The program's own table of architectures, for checkpoints without a configuration.
            const io::Json json{{"model_cfg", *model::clipArchitecture(entry->architecture)}};
            QCOMPARE(expectedTensors(valueOf(model::parseClipConfig(json, "table"))), shapes);
        }
    }
    QCOMPARE(QString::number(fnv1a(text), 16).rightJustified(16, QLatin1Char('0')),
             QString::fromStdString(row["hash"].get<std::string>()));
}

QTEST_APPLESS_MAIN(TestConvParity)
#include "tst_conv_parity.moc"
