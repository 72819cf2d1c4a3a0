// SPDX-License-Identifier: GPL-3.0-or-later
// TorchScript files as encoders, against what PyTorch gave (tests/parity/make_script_encoder.py), and what is said of
// declarations and files that cannot be used.
#include <QTemporaryDir>
#include <QtTest>
#include <filesystem>
#include <fstream>
#include <functional>

#include "core/base/files.h"
#include "core/io/json.h"
#include "core/io/safetensors.h"
#include "core/model/model_list.h"
#include "support/parity_support.h"

using namespace oodscope;
using namespace oodscope::parity;
using model::Device;
using model::Precision;

namespace {

const fs::path kData = fs::path(OODSCOPE_TEST_DATA) / "script";

using Change = std::function<void(io::Json&)>;

Error errorOf(const fs::path& script, Precision precision = Precision::Fp32) {
    const auto opened = model::openModel(script.string());
    if (!opened) return opened.error();
    const auto encoder = (*opened)->imageEncoder(Device{}, precision);
    return encoder ? Error{ErrorCode::Internal, "it was loaded"} : encoder.error();
}

Matrix repeated(const Matrix& matrix, std::size_t times) {
    std::vector<float> values;
    for (std::size_t i = 0; i < times * matrix.rows(); ++i) {
        const auto row = matrix.row(i % matrix.rows());
        values.insert(values.end(), row.begin(), row.end());
    }
    return Matrix::own(times * matrix.rows(), matrix.cols(), std::move(values));
}

}  // namespace

Q_DECLARE_METATYPE(Change)

#define VERIFY_SAYS(error, ...)                                                           \
    do {                                                                                  \
        const Error kept = (error);                                                       \
        QVERIFY2(kept.message.find('\n') == std::string::npos, kept.message.c_str());     \
        for (const std::string& part : std::vector<std::string>{__VA_ARGS__})             \
            QVERIFY2(kept.message.find(part) != std::string::npos, kept.message.c_str()); \
    } while (false)

class TestScriptModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void recordedOutputs_data();
    void recordedOutputs();
    void isMarked();
    void opensByDeclaration();
    void needsADeclaration();
    void badDeclarations_data();
    void badDeclarations();
    void otherOutputs_data();
    void otherOutputs();
    void brokenFiles();
    void codeThatFails();
    void notANumber();
    void identityFollowsFileAndDeclaration();
    void isListed();

private:
    // A copy of the case's file, with its declaration after `change`.
    fs::path script(const std::string& name, const Change& change = {}) const;

    std::unique_ptr<QTemporaryDir> m_root;
    fs::path m_folder;
};

void TestScriptModel::init() {
    m_root = std::make_unique<QTemporaryDir>();
    m_folder = m_root->path().toStdString();
    qputenv("HF_HUB_CACHE", (m_root->path() + QStringLiteral("/hub")).toUtf8());
    qputenv("XDG_CACHE_HOME", (m_root->path() + QStringLiteral("/cache")).toUtf8());
    qunsetenv("OODSCOPE_MODELS");
}

fs::path TestScriptModel::script(const std::string& name, const Change& change) const {
    fs::path path = m_folder / (name + ".pt");
    fs::copy_file(kData / path.filename(), path, fs::copy_options::overwrite_existing);
    io::Json json = valueOf(io::readJson(kData / (name + ".json")));
    if (change) change(json);
    if (!io::writeJson(m_folder / (name + ".json"), json)) qFatal("cannot write %s", name.c_str());
    return path;
}

void TestScriptModel::recordedOutputs_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("precision");
    QTest::addColumn<double>("tolerance");
    for (const char* name : {"flat", "pooled", "pair", "map", "tokens", "named", "tuple"}) {
        QTest::addRow("%s fp32", name) << QString::fromLatin1(name) << int(Precision::Fp32) << 1e-5;
        QTest::addRow("%s bf16", name) << QString::fromLatin1(name) << int(Precision::Bf16) << 2e-2;
        QTest::addRow("%s fp16", name) << QString::fromLatin1(name) << int(Precision::Fp16) << 3e-3;
    }
}

void TestScriptModel::recordedOutputs() {
    QFETCH(QString, name);
    QFETCH(int, precision);
    QFETCH(double, tolerance);
    const auto vectors = valueOf(io::openSafetensors(kData / (name.toStdString() + ".safetensors")));
    const Matrix expected = valueOf(io::matrixFrom(vectors, "embeddings"));
    const auto opened = valueOf(model::openModel((kData / (name.toStdString() + ".pt")).string()));
    const auto encoder = valueOf(opened->imageEncoder(Device{}, Precision(precision)));
    QCOMPARE(encoder->inputSize(), 16);
    QCOMPARE(encoder->embeddingWidth(), 6);
    QCOMPARE(encoder->projectedWidth(), 0);
    // Nine of each: more than go through together.
    std::vector<std::uint8_t> pixels;
    for (int i = 0; i < 9; ++i)
        std::ranges::copy(bytesOf(vectors, "pixels"), std::back_inserter(pixels));
    const auto features = valueOf(encoder->encode(pixels, 18));
    const double error = relativeError(features.embeddings, repeated(expected, 9));
    QVERIFY2(error <= tolerance, qPrintable(QString::number(error)));
    QCOMPARE(features.projected.size(), std::size_t{0});
    std::stop_source stop;
    stop.request_stop();
    encoder->setStop(stop.get_token());
    QCOMPARE(encoder->encode(pixels, 18).error().code, ErrorCode::Cancelled);
}

void TestScriptModel::isMarked() {
    const auto opened = valueOf(model::openModel((kData / "flat.pt").string()));
    const model::ModelInfo& info = opened->info();
    QVERIFY(info.lessChecked);
    QCOMPARE(info.architecture, std::string("TorchScript, less checked"));
    QCOMPARE(info.name, std::string("flat.pt"));
    QCOMPARE(info.folder, kData / "flat.pt");
    QCOMPARE(info.embeddingWidth, 6);
    QCOMPARE(info.parameterCount, std::uint64_t{3 * 6 * 9 + 6 + 4 * 6 + 1 + 6});
    QVERIFY(info.preprocess.mode == image::ResizeMode::Squash);
    QVERIFY(info.preprocess.interpolation == image::Interpolation::Bilinear);
    QCOMPARE(info.preprocess.std[1], 0.25F);
    QVERIFY(!info.hasTextTower);
    VERIFY_SAYS(opened->textEncoder(Device{}, Precision::Fp32).error(), "flat.pt", "no text tower");
    model::OpenOptions options;
    options.preprocessing = model::Preprocessing::Reference;
    const auto reference = valueOf(model::openModel((kData / "flat.pt").string(), options));
    QCOMPARE(reference->info().preprocess.mean[0], 0.485F);
    QCOMPARE(reference->info().imageSize, 16);
}

void TestScriptModel::opensByDeclaration() {
    script("flat");
    QCOMPARE(valueOf(model::openModel((m_folder / "flat.json").string()))->info().weightsFile, m_folder / "flat.pt");
    // The named file, not the first of its name.
    fs::copy_file(m_folder / "flat.pt", m_folder / "flat.pth");
    QCOMPARE(valueOf(model::openModel((m_folder / "flat.pth").string()))->info().weightsFile, m_folder / "flat.pth");
    fs::remove(m_folder / "flat.pt");
    fs::remove(m_folder / "flat.pth");
    VERIFY_SAYS(errorOf(m_folder / "flat.json"), "flat.json", "no flat.pt beside it");
}

// Code is never run for what a file looks like.
void TestScriptModel::needsADeclaration() {
    const fs::path path = script("flat", [](io::Json& json) { json.erase("format"); });
    QVERIFY(!model::openModel(path.string()));
    fs::remove(m_folder / "flat.json");
    VERIFY_SAYS(errorOf(path), path.string(), "TorchScript", "declare it in flat.json");
    model::OpenOptions options;
    options.architecture = "timm/resnet50.tv_in1k";
    QVERIFY(!model::openModel(path.string(), options));
}

void TestScriptModel::badDeclarations_data() {
    QTest::addColumn<Change>("change");
    QTest::addColumn<QString>("place");
    const auto row = [](const char* name, const char* place, Change change) {
        QTest::newRow(name) << std::move(change) << QString::fromLatin1(place);
    };
    for (const char* key : {"image_size", "embedding_width", "mean", "std", "interpolation", "resize_mode"})
        row(key, qPrintable(QString::fromLatin1("flat.json.%1").arg(QLatin1String(key))),
            [key](io::Json& json) { json.erase(key); });
    row("unknown key", "flat.json.crop", [](io::Json& json) { json["crop"] = 3; });
    row("huge size", "flat.json.image_size", [](io::Json& json) { json["image_size"] = 1000000; });
    row("size 0", "flat.json.image_size", [](io::Json& json) { json["image_size"] = 0; });
    row("size text", "flat.json.image_size", [](io::Json& json) { json["image_size"] = "16"; });
    row("huge width", "flat.json.embedding_width", [](io::Json& json) { json["embedding_width"] = 1e15; });
    row("crop over resize", "flat.json.resize_to", [](io::Json& json) { json["resize_to"] = 8; });
    row("two means", "flat.json.mean", [](io::Json& json) { json["mean"] = {0.5, 0.5}; });
    row("zero deviation", "flat.json.std", [](io::Json& json) { json["std"] = {0, 1, 1}; });
    row("interpolation", "flat.json.interpolation", [](io::Json& json) { json["interpolation"] = "nearest"; });
    row("resize mode", "flat.json.resize_mode", [](io::Json& json) { json["resize_mode"] = "longest"; });
    row("pool", "flat.json.pool", [](io::Json& json) { json["pool"] = "max"; });
    row("output", "flat.json.output", [](io::Json& json) { json["output"] = -1; });
    row("a list", "flat.json", [](io::Json& json) { json = {"torchscript"}; });
}

void TestScriptModel::badDeclarations() {
    QFETCH(Change, change);
    QFETCH(QString, place);
    VERIFY_SAYS(errorOf(script("flat", change)), m_root->path().toStdString(), place.toStdString());
    QVERIFY(writeFileAtomically(m_folder / "flat.json", "{\"format\": \"torchscript\", "));
    VERIFY_SAYS(errorOf(m_folder / "flat.pt"), "flat.json");
}

void TestScriptModel::otherOutputs_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<Change>("change");
    QTest::addColumn<QString>("reason");
    const auto row = [](const char* name, const char* reason, Change change) {
        QTest::addRow("%s: %s", name, reason)
            << QString::fromLatin1(name) << std::move(change) << QString::fromLatin1(reason);
    };
    row("flat", "gives 6 values per image, declared are 5", [](io::Json& json) { json["embedding_width"] = 5; });
    row("flat", "gives [2, 6], which does not go with", [](io::Json& json) { json["pool"] = "mean"; });
    row("flat", "gives a single output", [](io::Json& json) { json["output"] = 0; });
    row("map", "gives [2, 6, 7, 7], which is no row per image", [](io::Json& json) { json.erase("pool"); });
    row("map", "gives [2, 6, 7, 7], which does not go with", [](io::Json& json) { json["pool"] = "first"; });
    row("pair", "gives 2 outputs; the declared \"output\" 2", [](io::Json& json) { json["output"] = 2; });
    row("pair", "gives several outputs without names", [](io::Json& json) { json["output"] = "features"; });
    row("named", "gives outputs by name (map, features)", [](io::Json& json) { json["output"] = "cls"; });
    row("named", "gives outputs by name (map, features)", [](io::Json& json) { json.erase("output"); });
    row("tuple", "gives no output named \"cls\"", [](io::Json& json) { json["output"] = "cls"; });
    row("not_per_image", "gives 1 rows for 2 images", [](io::Json&) {});
}

void TestScriptModel::otherOutputs() {
    QFETCH(QString, name);
    QFETCH(Change, change);
    QFETCH(QString, reason);
    const fs::path path = script(name.toStdString(), change);
    VERIFY_SAYS(errorOf(path), path.string() + ": " + reason.toStdString());
    QCOMPARE(errorOf(path).code, ErrorCode::BadFile);
}

void TestScriptModel::brokenFiles() {
    const fs::path path = script("flat");
    const auto whole = fs::file_size(path);
    for (const auto size : {whole - 1, whole / 2, std::uintmax_t{10}, std::uintmax_t{0}}) {
        fs::resize_file(path, size);
        VERIFY_SAYS(errorOf(path), path.string());
        QVERIFY(errorOf(path).code != ErrorCode::Internal);
    }
    fs::copy_file(kData / "state_dict.pt", path, fs::copy_options::overwrite_existing);
    VERIFY_SAYS(errorOf(path), path.string(), "no TorchScript archive", "flat.json");
    QVERIFY(writeFileAtomically(path, std::string(5000, 'x')));
    VERIFY_SAYS(errorOf(path), path.string());
    // A whole archive whose code was damaged: only LibTorch reads it.
    script("flat");
    std::string bytes = *readTextFile(path);
    const std::size_t code = bytes.find("def forward");
    QVERIFY(code != std::string::npos);
    bytes.replace(code, 3, "fed");
    QVERIFY(writeFileAtomically(path, bytes));
    VERIFY_SAYS(errorOf(path), path.string());
    QVERIFY(errorOf(path).code != ErrorCode::Internal);
}

void TestScriptModel::codeThatFails() {
    const fs::path path = script("other_size");
    VERIFY_SAYS(errorOf(path), path.string(), "expected 32 pixels");
    const fs::path fixed = script("only_float");
    QCOMPARE(errorOf(fixed).message, std::string("it was loaded"));
    VERIFY_SAYS(errorOf(fixed, Precision::Bf16), fixed.string(), "in bf16; try fp32");
}

void TestScriptModel::notANumber() {
    const auto opened = valueOf(model::openModel((kData / "logarithm.pt").string()));
    const auto encoder = valueOf(opened->imageEncoder(Device{}, Precision::Fp32));
    std::vector<std::uint8_t> pixels(3 * 16 * 16 * 3, 200);
    QVERIFY(encoder->encode(pixels, 3));
    std::fill(pixels.begin() + 16 * 16 * 3, pixels.begin() + 2 * 16 * 16 * 3, std::uint8_t{0});
    VERIFY_SAYS(encoder->encode(pixels, 3).error(), "logarithm.pt", "NaN or infinite values for 1 of 3 images");
}

void TestScriptModel::identityFollowsFileAndDeclaration() {
    const auto identity = [](const fs::path& path) {
        return valueOf(valueOf(model::openModel(path.string()))->identity());
    };
    const std::string first = identity(script("pair"));
    QCOMPARE(identity(script("pair")), first);
    QVERIFY(identity(script("pair", [](io::Json& json) { json["output"] = 1; })) != first);
    QVERIFY(identity(script("pair", [](io::Json& json) { json["mean"] = {0.5, 0.5, 0.5}; })) != first);
    script("pair");
    fs::copy_file(kData / "flat.pt", m_folder / "pair.pt", fs::copy_options::overwrite_existing);
    QVERIFY(identity(m_folder / "pair.pt") != first);
}

void TestScriptModel::isListed() {
    script("flat");
    script("pair", [](io::Json& json) { json.erase("mean"); });
    fs::copy_file(kData / "state_dict.pt", m_folder / "state_dict.pt");
    QVERIFY(writeFileAtomically(m_folder / "state_dict.json", "{}"));
    std::vector<model::ListedModel> found;
    for (model::ListedModel& listed : model::listModels({m_folder})) {
        if (listed.found) found.push_back(std::move(listed));
    }
    QCOMPARE(found.size(), std::size_t{2});
    QCOMPARE(found[0].name(), std::string("flat.pt"));
    QVERIFY(found[0].usable() && found[0].found->info->lessChecked && found[0].entry == nullptr);
    QVERIFY(found[0].matches("torchscript"));
    QVERIFY(!found[1].usable());
    QVERIFY(found[1].found->problem.find("pair.json.mean is missing") != std::string::npos);
    model::OpenOptions options;
    options.folders = {m_folder};
    QCOMPARE(valueOf(model::openModel("flat.pt", options))->info().weightsFile, m_folder / "flat.pt");
}

QTEST_GUILESS_MAIN(TestScriptModel)
#include "tst_script_model.moc"
