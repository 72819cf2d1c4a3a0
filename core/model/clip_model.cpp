// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/clip_model.h"

#include <ATen/ops/isfinite.h>
#include <ATen/ops/mm.h>
#include <c10/core/InferenceMode.h>
#include <fmt/format.h>

#include <cmath>
#include <mutex>
#include <optional>
#include <system_error>
#include <utility>

#include "core/base/files.h"
#include "core/base/hash.h"
#include "core/model/checkpoint.h"
#include "core/model/matrix_torch.h"
#include "core/model/projection.h"
#include "core/model/text_encoder_torch.h"
#include "core/model/tower_encoder_torch.h"
#include "core/model/vision_model.h"

namespace oodscope::model {
namespace {

constexpr const char* kVisionPrefix = "visual.";

class ClipModel final : public Model, public Projector {
public:
    ClipModel(ModelInfo info, ClipConfig config, io::TensorFile file)
        : m_info(std::move(info)), m_config(std::move(config)), m_file(std::move(file)) {}

    const ModelInfo& info() const override { return m_info; }
    Result<std::string> identity() const override;
    Result<text::Tokenizer> tokenizer() const override;
    Result<std::unique_ptr<ImageEncoder>> imageEncoder(Device device, Precision precision) const override;
    Result<std::unique_ptr<TextEncoder>> textEncoder(Device device, Precision precision) const override;
    Result<Matrix> project(const Matrix& embeddings) const override;

private:
    // One tower's values, read once whatever the number of workers.
    struct Checked {
        std::once_flag once;
        Status status;
    };

    std::unique_ptr<ImageEncoder> makeImageEncoder(const Placement& placement) const;
    std::unique_ptr<TextEncoder> makeTextEncoder(const Placement& placement) const;
    template <class Encoder>
    Result<std::unique_ptr<Encoder>> load(Device device, Precision precision, Checked& checked,
                                          std::unique_ptr<Encoder> (ClipModel::*make)(const Placement&) const,
                                          bool text) const;

    ModelInfo m_info;
    ClipConfig m_config;
    io::TensorFile m_file;
    mutable Checked m_vision;
    mutable Checked m_text;
    mutable std::mutex m_mutex;
    mutable std::optional<std::string> m_identity;
};

Result<std::string> ClipModel::identity() const {
    const std::lock_guard lock(m_mutex);
    if (m_identity) return *m_identity;
    const auto weights = weightsHash(m_info.weightsFile);
    if (!weights) return failFrom(weights);
    m_identity = Hasher().add(m_config.canonical()).add(*weights).hex();
    return *m_identity;
}

Result<text::Tokenizer> ClipModel::tokenizer() const {
    auto tokenizer = text::Tokenizer::fromFolder(m_info.folder);
    if (tokenizer && tokenizer->vocabularySize() > m_config.text.vocabularySize)
        return fail(ErrorCode::BadFile,
                    fmt::format("{}: the tokenizer has {} entries, the model only {}; they do not belong together",
                                m_info.folder.string(), tokenizer->vocabularySize(), m_config.text.vocabularySize));
    return tokenizer;
}

std::unique_ptr<ImageEncoder> ClipModel::makeImageEncoder(const Placement& placement) const {
    const Weights weights = mapWeights(m_file, kVisionPrefix);
    auto tower = makeTower(m_config.vision, m_config.preprocess, weights, placement);
    const int size = imageSizeOf(m_config.vision);
    if (!m_config.separateProjection())
        return std::make_unique<TowerEncoder>(std::move(tower), size, placement, TowerEncoder::Projected::Embeddings);
    return std::make_unique<TowerEncoder>(std::move(tower), size, placement, TowerEncoder::Projected::Product,
                                          weights.at("proj"));
}

std::unique_ptr<TextEncoder> ClipModel::makeTextEncoder(const Placement& placement) const {
    return std::make_unique<ClipTextEncoder>(m_config, mapOtherWeights(m_file, kVisionPrefix), placement);
}

template <class Encoder>
Result<std::unique_ptr<Encoder>> ClipModel::load(Device device, Precision precision, Checked& checked,
                                                 std::unique_ptr<Encoder> (ClipModel::*make)(const Placement&) const,
                                                 bool text) const {
    if (const Status present = checkDevice(device); !present) return failFrom(present);
    std::call_once(checked.once, [&] { checked.status = checkFinite(m_file, kVisionPrefix, text); });
    if (!checked.status) return failFrom(checked.status);
    try {
        const c10::InferenceMode guard;
        auto encoder = (this->*make)(Placement::of(device, precision));
        releasePages(mapWeights(m_file));
        return encoder;
    } catch (const std::exception& exception) {
        return tl::unexpected(
            describeTorchError(exception, fmt::format("{}: loading the weights", m_info.weightsFile.string())));
    }
}

Result<std::unique_ptr<ImageEncoder>> ClipModel::imageEncoder(Device device, Precision precision) const {
    return load(device, precision, m_vision, &ClipModel::makeImageEncoder, /*text=*/false);
}

Result<std::unique_ptr<TextEncoder>> ClipModel::textEncoder(Device device, Precision precision) const {
    return load(device, precision, m_text, &ClipModel::makeTextEncoder, /*text=*/true);
}

Result<Matrix> ClipModel::project(const Matrix& embeddings) const {
    if (embeddings.cols() != static_cast<std::size_t>(m_info.embeddingWidth))
        return fail(ErrorCode::InvalidArgument, fmt::format("embeddings {} wide, those of {} are {}", embeddings.cols(),
                                                            m_info.name, m_info.embeddingWidth));
    if (!m_config.separateProjection()) return embeddings;
    try {
        const c10::InferenceMode guard;
        const at::Tensor projection =
            Placement::of(Device(), Precision::Fp32).putFloat(mapWeights(m_file, kVisionPrefix).at("proj"));
        if (!at::isfinite(projection).all().item<bool>())
            return fail(ErrorCode::BadFile, m_info.weightsFile.string() + ": its visual.proj is not finite");
        return toMatrix(at::mm(toTensor(embeddings), projection));
    } catch (const std::exception& exception) {
        return tl::unexpected(
            describeTorchError(exception, fmt::format("{}: projecting embeddings", m_info.weightsFile.string())));
    }
}

float logitScale(const io::TensorFile& file) {
    const at::Tensor stored = mapWeights(file, "logit_scale").at("");
    return static_cast<float>(std::exp(toMatrix(stored.view({1, 1})).at(0, 0)));
}

// Where a model comes from and what it is called.
struct Origin {
    fs::path folder;
    std::string name;
    std::string arch;  // as ModelInfo has it
};

ModelInfo describeModel(const ClipConfig& config, const Origin& origin, const io::TensorFile& file) {
    ModelInfo info;
    info.name = origin.name;
    info.folder = origin.folder;
    info.arch = origin.arch;
    info.weightsFile = file.path;
    info.architecture = config.describe();
    info.activation = config.activation();
    info.imageSize = imageSizeOf(config.vision);
    info.embeddingWidth = widthOf(config.vision);
    info.projectedWidth = config.embedDim;
    info.contextLength = config.text.contextLength;
    info.hasTextTower = true;
    info.weightsBytes = weightsBytes(file.path);
    info.parameterCount = countElements(file);
    info.logitScale = logitScale(file);
    info.preprocess = config.preprocess;
    return info;
}

Result<std::shared_ptr<const Model>> openClip(const Origin& origin, const fs::path& weights, ClipConfig config) {
    const std::string source = origin.arch.empty() ? fmt::format("its {}", kClipConfigName) : origin.arch;
    auto file = openCheckpoint(weights, config, source);
    if (!file) return failFrom(file);
    ModelInfo info = describeModel(config, origin, *file);
    return std::make_shared<const ClipModel>(std::move(info), std::move(config), std::move(*file));
}

}  // namespace

Result<Matrix> projectEmbeddings(const Model& model, const Matrix& embeddings) {
    const auto* projector = dynamic_cast<const Projector*>(&model);
    if (projector == nullptr) return noTextTower(model.info());
    return projector->project(embeddings);
}

Result<std::shared_ptr<const Model>> openClipFolder(const fs::path& folder, const std::string& name) {
    std::error_code ec;
    if (!fs::is_directory(folder, ec)) return fail(ErrorCode::NotFound, folder.string() + ": no such folder");
    const fs::path configPath = folder / kClipConfigName;
    if (!fs::exists(configPath, ec))
        return fail(ErrorCode::NotFound,
                    fmt::format("{}: no {}; not an open_clip model folder, or the download is not complete",
                                folder.string(), kClipConfigName));
    const auto json = io::readJson(configPath);
    if (!json) return failFrom(json);
    auto config = parseClipConfig(*json, configPath);
    if (!config) return failFrom(config);
    const auto weights = findWeights(folder);
    if (!weights) return failFrom(weights);
    return openClip({folder, name, {}}, *weights, std::move(*config));
}

Result<std::shared_ptr<const Model>> openClipFile(const fs::path& file, const std::string& name,
                                                  const std::string& arch, const io::Json& config) {
    auto parsed = parseClipConfig(config, file);
    if (!parsed) return failFrom(parsed);
    return openClip({file.parent_path(), name, arch}, file, std::move(*parsed));
}

}  // namespace oodscope::model
