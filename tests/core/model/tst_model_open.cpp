// SPDX-License-Identifier: GPL-3.0-or-later
// Model folders that do not fit: each gives one line that names the file, the place and the reason.
#include <QTemporaryDir>
#include <QtTest>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>

#include "core/base/files.h"
#include "core/io/json.h"
#include "core/io/safetensors.h"
#include "core/io/torch_archive_writer.h"
#include "core/model/device.h"
#include "core/model/model.h"

using namespace oodscope;

namespace {

const char* const kConfig = "open_clip_config.json";
const char* const kWeights = "open_clip_model.safetensors";

// Lets a test change the tensors of a good checkpoint before they are written back.
struct Checkpoint {
    std::vector<io::TensorToWrite> tensors;

    io::TensorToWrite& at(const std::string& name) {
        const auto found = std::ranges::find(tensors, name, &io::TensorToWrite::name);
        if (found == tensors.end()) qFatal("no tensor %s", name.c_str());
        return *found;
    }
};

bool saysAll(const Error& error, std::initializer_list<std::string_view> parts) {
    const bool oneLine = error.message.find('\n') == std::string::npos;
    return oneLine && std::ranges::all_of(
                          parts, [&](std::string_view part) { return error.message.find(part) != std::string::npos; });
}

}  // namespace

class TestModelOpen : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void goodFolder();
    void missingPieces();
    void brokenJson();
    void badConfiguration_data();
    void badConfiguration();
    void harmlessConfiguration();
    void weightsThatDoNotFit();
    void truncatedWeights();
    void notANumber();
    void checkpointsOfTorch();
    void shards();
    void unfinishedDownload();
    void huggingFaceCache();
    void lookUpByName();
    void folderListing();
    void devicesAndPrecisions();

private:
    void setConfig(const std::function<void(io::Json&)>& change);
    void setWeights(const std::function<void(Checkpoint&)>& change);
    Error openError() const;
    std::vector<float> embeddings() const;
    fs::path file(const char* name) const { return m_folder / name; }

    std::unique_ptr<QTemporaryDir> m_root;
    fs::path m_folder;
};

#define VERIFY_SAYS(error, ...)                                       \
    do {                                                              \
        const Error kept = (error);                                   \
        QVERIFY2(saysAll(kept, {__VA_ARGS__}), kept.message.c_str()); \
    } while (false)

void TestModelOpen::init() {
    m_root = std::make_unique<QTemporaryDir>();
    m_folder = fs::path(m_root->path().toStdString()) / "tiny";
    fs::copy(fs::path(OODSCOPE_TEST_DATA) / "models/saved", m_folder);
    qputenv("HF_HUB_CACHE", (m_root->path() + QStringLiteral("/hub")).toUtf8());
    qputenv("XDG_CACHE_HOME", (m_root->path() + QStringLiteral("/cache")).toUtf8());
    qunsetenv("OODSCOPE_MODELS");
}

void TestModelOpen::setConfig(const std::function<void(io::Json&)>& change) {
    io::Json json = *io::readJson(file(kConfig));
    change(json);
    QVERIFY(io::writeJson(file(kConfig), json));
}

void TestModelOpen::setWeights(const std::function<void(Checkpoint&)>& change) {
    const auto opened = io::openSafetensors(file(kWeights));
    QVERIFY(opened);
    Checkpoint checkpoint;
    for (const auto& [name, view] : opened->tensors)
        checkpoint.tensors.push_back({name, view.dtype, view.shape, view.bytes});
    change(checkpoint);
    QVERIFY(io::writeSafetensors(file(kWeights), checkpoint.tensors));
}

Error TestModelOpen::openError() const {
    const auto opened = model::openModel(m_folder.string());
    return opened ? Error{ErrorCode::Internal, "the folder was opened"} : opened.error();
}

void TestModelOpen::goodFolder() {
    const auto opened = model::openModel(m_folder.string());
    QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
    QCOMPARE((*opened)->info().name, std::string("tiny"));
    QCOMPARE((*opened)->info().weightsFile, file(kWeights));
    const auto encoder = (*opened)->imageEncoder(model::Device{}, model::Precision::Fp32);
    QVERIFY(encoder);
    const auto wrong = (*encoder)->encode(std::vector<std::uint8_t>(100), 1);
    QVERIFY(!wrong && wrong.error().code == ErrorCode::InvalidArgument);
    // The identity follows the weights and what the configuration makes of them.
    const std::string before = *(*opened)->identity();
    setConfig([](io::Json& json) { json["model_cfg"]["quick_gelu"] = true; });
    QVERIFY(*(*model::openModel(m_folder.string()))->identity() != before);
}

void TestModelOpen::missingPieces() {
    const auto nowhere = model::openModel("/no/such/folder");
    QVERIFY(!nowhere && nowhere.error().code == ErrorCode::NotFound);
    VERIFY_SAYS(nowhere.error(), "/no/such/folder", "OODSCOPE_MODELS");
    VERIFY_SAYS(model::openModel("  ").error(), "no model given");
    VERIFY_SAYS(model::openModel(file(kWeights).string()).error(), kWeights, "without its configuration", "--arch");
    fs::remove(file(kWeights));
    VERIFY_SAYS(openError(), m_folder.string(), "no weights", "download");
    std::ofstream(file("open_clip_pytorch_model.bin")) << "x";
    QCOMPARE(openError().code, ErrorCode::BadFile);
    VERIFY_SAYS(openError(), "open_clip_pytorch_model.bin", "neither safetensors nor a file of torch");
    fs::remove(file(kConfig));
    QCOMPARE(openError().code, ErrorCode::NotFound);
    VERIFY_SAYS(openError(), m_folder.string(), kConfig);
}

void TestModelOpen::brokenJson() {
    QVERIFY(writeFileAtomically(file(kConfig), "{\"model_cfg\": {"));
    VERIFY_SAYS(openError(), file(kConfig).string());
    QVERIFY(writeFileAtomically(file(kConfig), "[]"));
    VERIFY_SAYS(openError(), kConfig, "not a JSON object");
    QVERIFY(writeFileAtomically(file(kConfig), "{}"));
    VERIFY_SAYS(openError(), kConfig, "model_cfg is missing");
    QVERIFY(writeFileAtomically(file(kConfig), "{\"model_cfg\": 3}"));
    VERIFY_SAYS(openError(), kConfig, "model_cfg is not an object");
}

void TestModelOpen::badConfiguration_data() {
    QTest::addColumn<QString>("patch");
    QTest::addColumn<QString>("place");
    const auto row = [](const char* patch, const char* place) {
        QTest::newRow(patch) << QString::fromLatin1(patch) << QString::fromLatin1(place);
    };
    row(R"({"vision_cfg": {"width": -3}})", "model_cfg.vision_cfg.width is -3");
    row(R"({"vision_cfg": {"width": 1e12}})", "model_cfg.vision_cfg.width is");
    row(R"({"vision_cfg": {"width": 99999999999}})", "model_cfg.vision_cfg.width is 99999999999");
    row(R"({"vision_cfg": {"layers": 0}})", "model_cfg.vision_cfg.layers is 0");
    row(R"({"vision_cfg": {"layers": [3, 4, 6]}})", "model_cfg.vision_cfg.layers is [3,4,6], expected 4 whole");
    row(R"({"vision_cfg": {"layers": [3, 4, 6, 0]}})", "model_cfg.vision_cfg.layers is [3,4,6,0]");
    row(R"({"vision_cfg": {"layers": [3, 4, 6, 3]}})", "model_cfg.vision_cfg.image_size is 16, expected a multiple");
    row(R"({"vision_cfg": {"layers": [1, 1, 1, 1], "image_size": 64, "width": 33}})", "vision_cfg.width is 33");
    row(R"({"vision_cfg": {"layers": [1, 1, 1, 1], "image_size": 64, "head_width": 48}})",
        "vision_cfg.head_width is 48");
    row(R"({"vision_cfg": {"layers": [1, 1, 1, 1], "image_size": 64, "no_ln_pre": true}})", "vision_cfg.no_ln_pre");
    row(R"({"vision_cfg": {"head_width": 33}})", "model_cfg.vision_cfg.head_width");
    row(R"({"vision_cfg": {"head_width": 10}})", "model_cfg.vision_cfg.head_width");
    row(R"({"vision_cfg": {"image_size": 1000000}})", "model_cfg.vision_cfg.image_size");
    row(R"({"vision_cfg": {"image_size": [16, 32]}})", "only square");
    row(R"({"vision_cfg": {"patch_size": 64}})", "larger than the image");
    row(R"({"vision_cfg": {"mlp_ratio": 1e9}})", "model_cfg.vision_cfg.mlp_ratio");
    row(R"({"vision_cfg": {"mlp_ratio": "4"}})", "model_cfg.vision_cfg.mlp_ratio");
    row(R"({"vision_cfg": {"timm_model_name": "vit_base_patch16_224"}})", "model_cfg.vision_cfg.timm_model_name");
    row(R"({"vision_cfg": {"timm_model_name": 3}})", "model_cfg.vision_cfg.timm_model_name is 3");
    row(R"({"vision_cfg": {"timm_model_name": "convnext_base"}})", "vision_cfg.image_size is 16, expected at least 32");
    row(R"({"vision_cfg": {"timm_model_name": "convnext_base", "image_size": 64, "timm_pool": "abs_attn"}})",
        "model_cfg.vision_cfg.timm_pool");
    row(R"({"vision_cfg": {"timm_model_name": "convnext_base", "image_size": 64, "timm_proj": "none"}})",
        "model_cfg.vision_cfg.timm_proj");
    row(R"({"vision_cfg": {"attentional_pool": true}})", "model_cfg.vision_cfg.attentional_pool");
    row(R"({"vision_cfg": {"pool_type": "none"}})", "model_cfg.vision_cfg.pool_type");
    row(R"({"vision_cfg": {"qk_norm": true}})", "model_cfg.vision_cfg.qk_norm");
    row(R"({"vision_cfg": {"norm_kwargs": {"eps": 1e-5, "bias": false}}})", "model_cfg.vision_cfg.norm_kwargs");
    row(R"({"vision_cfg": {"wings": 2}})", "model_cfg.vision_cfg.wings is not supported by this version");
    row(R"({"vision_cfg": null})", "model_cfg.vision_cfg is missing");
    row(R"({"text_cfg": {"hf_model_name": "roberta"}})", "model_cfg.text_cfg.hf_model_name");
    row(R"({"text_cfg": {"heads": 3}})", "model_cfg.text_cfg.heads is 3");
    row(R"({"text_cfg": {"vocab_size": 1e15}})", "model_cfg.text_cfg.vocab_size");
    row(R"({"text_cfg": {"context_length": 0}})", "model_cfg.text_cfg.context_length");
    row(R"({"embed_dim": null})", "model_cfg.embed_dim is missing");
    row(R"({"quick_gelu": "yes"})", "model_cfg.quick_gelu");
    row(R"({"multimodal_cfg": {"width": 3}})", "model_cfg.multimodal_cfg");
}

void TestModelOpen::badConfiguration() {
    QFETCH(QString, patch);
    QFETCH(QString, place);
    setConfig([&](io::Json& json) {
        const io::Json changes = io::Json::parse(patch.toStdString());
        for (const auto& item : changes.items()) {
            if (item.value().is_object() && json["model_cfg"].contains(item.key()))
                json["model_cfg"][item.key()].update(item.value());
            else
                json["model_cfg"][item.key()] = item.value();
        }
    });
    VERIFY_SAYS(openError(), file(kConfig).string(), place.toStdString());
}

void TestModelOpen::harmlessConfiguration() {
    setConfig([](io::Json& json) {
        json["model_cfg"]["vision_cfg"]["patch_dropout"] = 0.5;
        json["model_cfg"]["vision_cfg"]["image_size"] = {16, 16};
        json["model_cfg"]["vision_cfg"]["timm_model_name"] = nullptr;
        json["model_cfg"]["vision_cfg"]["qk_norm"] = false;
        json["model_cfg"]["text_cfg"]["hf_tokenizer_name"] = "some/tokenizer";
        json["preprocess_cfg"]["fill_color"] = 0;
        json["preprocess_cfg"]["interpolation"] = "bilinear";
        json["preprocess_cfg"]["resize_mode"] = "squash";
    });
    const auto opened = model::openModel(m_folder.string());
    QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
    QCOMPARE((*opened)->info().preprocess.interpolation, image::Interpolation::Bilinear);
    QCOMPARE((*opened)->info().preprocess.mode, image::ResizeMode::Squash);
    setConfig([](io::Json& json) { json["preprocess_cfg"]["std"] = {0.5, 0.0, 0.5}; });
    VERIFY_SAYS(openError(), kConfig, "preprocess_cfg.std");
    setConfig([](io::Json& json) { json["preprocess_cfg"] = {{"resize_mode", "longest"}}; });
    VERIFY_SAYS(openError(), kConfig, "preprocess_cfg.resize_mode");
}

void TestModelOpen::weightsThatDoNotFit() {
    setWeights([](Checkpoint& weights) {
        weights.at("visual.proj").name = "visual.wrong";
        weights.at("visual.ln_post.bias").shape = {4, 8};
    });
    VERIFY_SAYS(openError(), kWeights, "1 tensors missing (visual.proj)", "1 unexpected (visual.wrong)",
                "visual.ln_post.bias is 4 x 8, expected 32");
    QCOMPARE(openError().code, ErrorCode::BadFile);
    setConfig([](io::Json& json) { json["model_cfg"]["vision_cfg"]["layers"] = 5; });
    VERIFY_SAYS(openError(), "49 tensors missing", "...");
}

void TestModelOpen::truncatedWeights() {
    fs::resize_file(file(kWeights), fs::file_size(file(kWeights)) - 10);
    VERIFY_SAYS(openError(), file(kWeights).string());
    fs::resize_file(file(kWeights), 5);
    VERIFY_SAYS(openError(), file(kWeights).string());
    fs::resize_file(file(kWeights), 0);
    VERIFY_SAYS(openError(), file(kWeights).string());
}

void TestModelOpen::notANumber() {
    std::vector<std::uint16_t> halves(32, 0x3c00);
    halves[31] = 0x7e00;  // NaN
    setWeights(
        [&](Checkpoint& weights) { weights.at("visual.ln_post.bias").bytes = std::as_bytes(std::span(halves)); });
    const auto opened = model::openModel(m_folder.string());
    QVERIFY(opened);
    const auto image = (*opened)->imageEncoder(model::Device{}, model::Precision::Fp32);
    QVERIFY(!image);
    VERIFY_SAYS(image.error(), kWeights, "visual.ln_post.bias", "NaN");
    QVERIFY((*opened)->textEncoder(model::Device{}, model::Precision::Fp32));
    std::vector<float> infinite(16, 1.0F);
    infinite[0] = std::numeric_limits<float>::infinity();
    setWeights([&](Checkpoint& weights) {
        weights.at("ln_final.weight").dtype = io::DType::F32;
        weights.at("ln_final.weight").bytes = std::as_bytes(std::span(infinite));
    });
    const auto text = (*model::openModel(m_folder.string()))->textEncoder(model::Device{}, model::Precision::Fp32);
    QVERIFY(!text);
    VERIFY_SAYS(text.error(), "ln_final.weight");
}

// Of one grey image; empty where the folder does not open.
std::vector<float> TestModelOpen::embeddings() const {
    const auto opened = model::openModel(m_folder.string());
    if (!opened) qWarning("%s", opened.error().message.c_str());
    const auto encoder = opened ? (*opened)->imageEncoder(model::Device{}, model::Precision::Fp32)
                                : Result<std::unique_ptr<model::ImageEncoder>>(failFrom(opened));
    if (!encoder) return {};
    const auto side = static_cast<std::size_t>((*encoder)->inputSize());
    const auto features = (*encoder)->encode(std::vector<std::uint8_t>(side * side * 3, 90), 1);
    if (!features) return {};
    const auto row = features->projected.row(0);
    return {row.begin(), row.end()};
}

// The weights as open_clip saves them while it trains.
void TestModelOpen::checkpointsOfTorch() {
    const std::vector<float> expected = embeddings();
    QVERIFY(!expected.empty());
    {
        const auto opened = io::openSafetensors(file(kWeights));
        QVERIFY(opened);
        std::vector<io::TensorToWrite> tensors;
        for (const auto& [name, view] : opened->tensors)
            tensors.push_back({"module." + name, view.dtype, view.shape, view.bytes});
        QVERIFY(io::writeTorchStateDict(file("open_clip_pytorch_model.bin"), tensors));
    }
    fs::remove(file(kWeights));
    QCOMPARE(embeddings(), expected);
    fs::resize_file(file("open_clip_pytorch_model.bin"), 5000);
    QCOMPARE(openError().code, ErrorCode::BadFile);
    VERIFY_SAYS(openError(), file("open_clip_pytorch_model.bin").string());
}

void TestModelOpen::shards() {
    const std::vector<float> expected = embeddings();
    const std::uint64_t bytes = (*model::openModel(m_folder.string()))->info().weightsBytes;
    {
        const auto opened = io::openSafetensors(file(kWeights));
        QVERIFY(opened);
        std::vector<io::TensorToWrite> tensors[2];
        io::Json map;
        for (const auto& [name, view] : opened->tensors) {
            const bool second = name.starts_with("visual.");
            tensors[second ? 1 : 0].push_back({name, view.dtype, view.shape, view.bytes});
            map[name] = second ? "b.safetensors" : "a.safetensors";
        }
        QVERIFY(io::writeSafetensors(file("a.safetensors"), tensors[0]));
        QVERIFY(io::writeSafetensors(file("b.safetensors"), tensors[1]));
        QVERIFY(io::writeJson(file("model.safetensors.index.json"), io::Json{{"weight_map", map}}));
    }
    fs::remove(file(kWeights));
    QCOMPARE(embeddings(), expected);
    const auto opened = model::openModel(m_folder.string());
    QVERIFY((*opened)->info().weightsBytes >= bytes);
    // The identity follows the shards, not only the index.
    const std::string before = *(*opened)->identity();
    auto text = *readTextFile(file("b.safetensors"), 1 << 24);
    text.back() ^= 1;
    QVERIFY(writeFileAtomically(file("b.safetensors"), text));
    QVERIFY(*(*model::openModel(m_folder.string()))->identity() != before);
    fs::remove(file("a.safetensors"));
    VERIFY_SAYS(openError(), "a.safetensors");
}

void TestModelOpen::unfinishedDownload() {
    fs::remove(file(kWeights));
    fs::create_symlink("../../blobs/0123", file(kWeights));
    VERIFY_SAYS(openError(), kWeights, "download is not complete");
}

void TestModelOpen::huggingFaceCache() {
    const fs::path repository = fs::path(m_root->path().toStdString()) / "hub/models--org--tiny-clip";
    const fs::path snapshot = repository / "snapshots/0123abcd";
    fs::create_directories(repository / "blobs");
    fs::create_directories(repository / "refs");
    fs::create_directories(snapshot);
    std::ofstream(repository / "refs/main") << "0123abcd";
    for (const char* name : {kConfig, kWeights}) {
        fs::rename(file(name), repository / "blobs" / name);
        fs::create_symlink(fs::path("../../blobs") / name, snapshot / name);
    }
    fs::create_directories(repository / "snapshots/zzz-older-and-empty");
    for (const std::string name : {"org/tiny-clip", "hf-hub:org/tiny-clip", "tiny-clip"}) {
        const auto opened = model::openModel(name);
        QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
        QCOMPARE((*opened)->info().name, std::string("org/tiny-clip"));
        QCOMPARE((*opened)->info().folder, snapshot);
    }
    QCOMPARE((*model::openModel(repository.string()))->info().folder, snapshot);
    QCOMPARE((*model::openModel(snapshot.string()))->info().name, std::string("org/tiny-clip"));
}

void TestModelOpen::lookUpByName() {
    qputenv("OODSCOPE_MODELS", (QStringLiteral("/nowhere:") + m_root->path()).toUtf8());
    const auto opened = model::openModel("tiny");
    QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
    QCOMPARE((*opened)->info().folder, m_folder);
    const auto other = model::openModel("huge");
    QVERIFY(!other);
    VERIFY_SAYS(other.error(), "'huge'", "found: tiny");
}

void TestModelOpen::folderListing() {
    QVERIFY(model::findModels().empty());
    const fs::path broken = m_folder.parent_path() / "broken";
    fs::copy(m_folder, broken);
    fs::remove(broken / kWeights);
    const auto found = model::findModels({m_folder.parent_path()});
    QCOMPARE(found.size(), std::size_t{2});
    QCOMPARE(found[0].name, std::string("broken"));
    QVERIFY(!found[0].info && found[0].problem.find("no weights") != std::string::npos);
    QCOMPARE(found[1].name, std::string("tiny"));
    QVERIFY(found[1].info && found[1].problem.empty());
    QCOMPARE(found[1].info->parameterCount,
             (*model::openModel("local-dir:" + m_folder.string()))->info().parameterCount);
    QVERIFY(found[1].info->parameterCount > 0);
}

void TestModelOpen::devicesAndPrecisions() {
    const auto devices = model::listDevices();
    QVERIFY(!devices.empty());
    QCOMPARE(devices[0].device.name(), std::string("cpu"));
    QVERIFY(devices[0].threads > 0 && devices[0].memoryBytes > 0 && !devices[0].description.empty());
    QCOMPARE(model::parseDevices("cpu")->size(), std::size_t{1});
    QVERIFY(!model::parseDevices("auto")->empty());
    const auto absent = model::parseDevices("cuda:99");
    QVERIFY(!absent && absent.error().code == ErrorCode::Device);
    VERIFY_SAYS(absent.error(), "cuda:99", "devices here: cpu");
    for (const char* wrong : {"", "gpu", "cuda:", "cuda:x", "cuda:-1", "cpu,cpu", "cpu,"}) {
        const auto parsed = model::parseDevices(wrong);
        QVERIFY2(!parsed && parsed.error().code == ErrorCode::InvalidArgument, wrong);
    }
    QCOMPARE(*model::parsePrecision("bf16"), model::Precision::Bf16);
    VERIFY_SAYS(model::parsePrecision("int8").error(), "int8", "fp32, bf16 or fp16");
    const auto opened = model::openModel(m_folder.string());
    const auto encoder = (*opened)->imageEncoder({model::Device::Kind::Cuda, 99}, model::Precision::Fp32);
    QVERIFY(!encoder && encoder.error().code == ErrorCode::Device);
}

QTEST_APPLESS_MAIN(TestModelOpen)
#include "tst_model_open.moc"
