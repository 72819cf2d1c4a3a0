// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/selftest.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/resources.h"
#include "core/image/preprocess.h"
#include "core/io/json.h"
#include "core/io/safetensors.h"
#include "core/model/model.h"
#include "core/text/tokenizer.h"

namespace oodscope::experiment {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();
constexpr std::string_view kSource = ".source";

double toleranceOf(model::Precision precision) {
    switch (precision) {
        case model::Precision::Fp32:
            return 1e-4;
        case model::Precision::Fp16:
            return 3e-3;
        case model::Precision::Bf16:
            break;
    }
    return 1e-2;
}

// max |a - b| / max |b|; infinite where the shapes differ or a value is not finite.
double relativeError(const Matrix& a, const Matrix& b) {
    if (a.rows() != b.rows() || a.cols() != b.cols() || b.empty()) return kInfinite;
    double difference = 0;
    double largest = 0;
    for (std::size_t i = 0; i < b.size(); ++i) {
        if (!std::isfinite(a.data()[i])) return kInfinite;
        difference = std::max(difference, std::abs(double(a.data()[i]) - double(b.data()[i])));
        largest = std::max(largest, std::abs(double(b.data()[i])));
    }
    return difference / largest;
}

std::vector<std::uint8_t> bytesOf(const io::TensorView& view) {
    const auto* begin = reinterpret_cast<const std::uint8_t*>(view.bytes.data());
    return {begin, begin + view.bytes.size()};
}

class Selftest {
public:
    Selftest(const SelftestOptions& options, std::filesystem::path folder, std::stop_token stop,
             const ProgressFn& progress)
        : m_options(options), m_folder(std::move(folder)), m_stop(std::move(stop)), m_progress(progress) {
        m_report.device = options.device.name();
        m_report.precision = model::precisionName(options.precision);
    }

    Result<SelftestReport> run() {
        const auto steps = {&Selftest::checkResize, &Selftest::checkTokenizer, &Selftest::checkEncoders};
        for (const auto step : steps) {
            if (m_stop.stop_requested()) return cancelled();
            if (const Status done = (this->*step)(); !done) return failFrom(done);
        }
        return std::move(m_report);
    }

private:
    void add(SelftestCheck::Kind kind, std::string name, std::size_t cases, double error, double tolerance) {
        m_report.checks.push_back({kind, std::move(name), cases, error, tolerance});
        if (m_progress) m_progress({m_report.checks.back().name, "checks", m_report.checks.size(), 0, 0, -1, {}});
    }
    tl::unexpected<Error> bad(const std::filesystem::path& path, const std::string& reason) const {
        return fail(ErrorCode::BadFile, fmt::format("{}: {}", path.string(), reason));
    }

    Status checkResize();
    Status checkTokenizer();
    Status checkEncoders();
    Status checkEncoder(const std::filesystem::path& folder);
    Status checkImages(const model::Model& model, const io::TensorFile& vectors);
    Status checkTexts(const model::Model& model, const io::TensorFile& vectors);

    const SelftestOptions& m_options;
    std::filesystem::path m_folder;
    std::stop_token m_stop;
    const ProgressFn& m_progress;
    SelftestReport m_report;
};

// "<mode> <interpolation>.source" and ".result", uint8 [H, W, 3].
Status Selftest::checkResize() {
    const auto path = m_folder / "resize.safetensors";
    const auto file = io::openSafetensors(path);
    if (!file) return failFrom(file);
    for (const auto& [name, source] : file->tensors) {
        if (!name.ends_with(kSource)) continue;
        const std::string label = name.substr(0, name.size() - kSource.size());
        const auto result = file->tensors.find(label + ".result");
        if (result == file->tensors.end() || source.shape.size() != 3 || result->second.shape.size() != 3)
            return bad(path, "no image pair " + label);
        image::Preprocess options;
        options.size = options.resizeTo = static_cast<int>(result->second.shape[0]);
        options.mode = label.starts_with("squash") ? image::ResizeMode::Squash : image::ResizeMode::ShortestEdge;
        if (label.ends_with("bilinear")) options.interpolation = image::Interpolation::Bilinear;
        const image::Image image{static_cast<int>(source.shape[1]), static_cast<int>(source.shape[0]), bytesOf(source)};
        const std::vector<std::uint8_t> expected = bytesOf(result->second);
        std::vector<std::uint8_t> pixels(expected.size());
        if (const Status done = image::preprocess(image, options, pixels); !done) return done;
        std::size_t differing = 0;
        for (std::size_t i = 0; i < pixels.size(); ++i)
            differing += pixels[i] != expected[i] ? 1U : 0U;
        add(SelftestCheck::Kind::Resize,
            fmt::format("{}, {} x {} to {}", label, image.width, image.height, options.size), pixels.size() / 3,
            static_cast<double>(differing), 0);
    }
    return {};
}

Status Selftest::checkTokenizer() {
    const auto tokenizer = text::Tokenizer::fromMergesList(m_folder / "tokenizer" / "merges.txt");
    if (!tokenizer) return failFrom(tokenizer);
    const auto path = m_folder / "tokenizer" / "texts.json";
    const auto json = io::readJson(path);
    if (!json) return failFrom(json);
    if (!json->is_object() || !json->contains("texts") || !json->contains("ids")) return bad(path, "no texts and ids");
    std::size_t differing = 0;
    try {
        const auto texts = json->at("texts").get<std::vector<std::string>>();
        const auto ids = json->at("ids").get<std::vector<std::vector<std::int32_t>>>();
        if (texts.size() != ids.size()) return bad(path, "as many texts as ids were expected");
        for (std::size_t i = 0; i < texts.size(); ++i)
            differing += tokenizer->encode(texts[i]) != ids[i] ? 1U : 0U;
        add(SelftestCheck::Kind::Tokenizer, "byte-pair encoding", texts.size(), static_cast<double>(differing), 0);
    } catch (const io::Json::exception& exception) {
        return bad(path, exception.what());
    }
    return {};
}

Status Selftest::checkImages(const model::Model& model, const io::TensorFile& vectors) {
    const auto encoder = model.imageEncoder(m_options.device, m_options.precision);
    if (!encoder) return failFrom(encoder);
    const auto expected = io::matrixFrom(vectors, "embeddings");
    if (!expected) return failFrom(expected);
    const auto pixels = vectors.tensors.find("pixels");
    if (pixels == vectors.tensors.end()) return bad(vectors.path, "no pixels");
    const auto features = (*encoder)->encode(bytesOf(pixels->second), static_cast<int>(expected->rows()));
    if (!features) return failFrom(features);
    const std::string& name = model.info().architecture;
    const double tolerance = toleranceOf(m_options.precision);
    add(SelftestCheck::Kind::Encoder, name + ": image", expected->rows(),
        relativeError(features->embeddings, *expected), tolerance);
    if (!vectors.tensors.contains("projected")) return {};
    const auto projected = io::matrixFrom(vectors, "projected");
    if (!projected) return failFrom(projected);
    add(SelftestCheck::Kind::Encoder, name + ": image, projected", projected->rows(),
        relativeError(features->projected, *projected), tolerance);
    return {};
}

Status Selftest::checkTexts(const model::Model& model, const io::TensorFile& vectors) {
    const auto encoder = model.textEncoder(m_options.device, m_options.precision);
    if (!encoder) return failFrom(encoder);
    const auto expected = io::matrixFrom(vectors, "text");
    if (!expected) return failFrom(expected);
    const auto tokens = vectors.tensors.find("tokens");
    if (tokens == vectors.tensors.end() || tokens->second.dtype != io::DType::I64 || tokens->second.shape.size() != 2)
        return bad(vectors.path, "no tokens");
    const auto context = static_cast<std::size_t>(tokens->second.shape[1]);
    std::vector<std::vector<std::int32_t>> rows(expected->rows(), std::vector<std::int32_t>(context));
    std::vector<std::int64_t> ids(static_cast<std::size_t>(tokens->second.elementCount()));
    std::copy(tokens->second.bytes.begin(), tokens->second.bytes.end(), std::as_writable_bytes(std::span(ids)).begin());
    if (ids.size() != rows.size() * context) return bad(vectors.path, "tokens and text do not belong together");
    for (std::size_t i = 0; i < ids.size(); ++i)
        rows[i / context][i % context] = static_cast<std::int32_t>(ids[i]);
    const auto encoded = (*encoder)->encode(rows);
    if (!encoded) return failFrom(encoded);
    add(SelftestCheck::Kind::Encoder, model.info().architecture + ": text", expected->rows(),
        relativeError(*encoded, *expected), toleranceOf(m_options.precision));
    return {};
}

Status Selftest::checkEncoder(const std::filesystem::path& folder) {
    const auto model = model::openModel(folder.string());
    if (!model) return failFrom(model);
    const auto vectors = io::openSafetensors(folder / "vectors.safetensors");
    if (!vectors) return failFrom(vectors);
    if (const Status done = checkImages(**model, *vectors); !done) return done;
    return (*model)->info().hasTextTower ? checkTexts(**model, *vectors) : Status();
}

Status Selftest::checkEncoders() {
    std::vector<std::filesystem::path> folders;
    std::error_code ec;
    for (const auto& item : std::filesystem::directory_iterator(m_folder / "models", ec))
        folders.push_back(item.path());
    if (folders.empty()) return fail(ErrorCode::NotFound, (m_folder / "models").string() + ": no models to check");
    std::ranges::sort(folders);
    for (const auto& folder : folders) {
        if (m_stop.stop_requested()) return cancelled();
        if (const Status done = checkEncoder(folder); !done) return done;
    }
    return {};
}

}  // namespace

bool SelftestReport::passed() const {
    return std::ranges::all_of(checks, [](const SelftestCheck& check) { return check.passed(); });
}

Result<SelftestReport> runSelftest(const SelftestOptions& options, std::stop_token stop, const ProgressFn& progress) {
    std::filesystem::path folder = options.folder;
    if (folder.empty()) {
        const auto shipped = shippedResource("selftest");
        if (!shipped) return failFrom(shipped);
        folder = *shipped;
    }
    return Selftest(options, folder, std::move(stop), progress).run();
}

}  // namespace oodscope::experiment
