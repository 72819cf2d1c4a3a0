// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/clip_model.h"

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
#include "core/model/encoders_torch.h"
#include "core/model/matrix_torch.h"

namespace oodscope::model {
namespace {

constexpr const char* kVisionPrefix = "visual.";

class ClipModel final : public Model {
public:
    ClipModel(ModelInfo info, ClipConfig config, io::TensorFile file)
        : m_info(std::move(info)), m_config(std::move(config)), m_file(std::move(file)) {}

    const ModelInfo& info() const override { return m_info; }
    Result<std::string> identity() const override;
    Result<text::Tokenizer> tokenizer() const override;
    Result<std::unique_ptr<ImageEncoder>> imageEncoder(Device device, Precision precision) const override;
    Result<std::unique_ptr<TextEncoder>> textEncoder(Device device, Precision precision) const override;

private:
    // One tower's values, read once whatever the number of workers.
    struct Checked {
        std::once_flag once;
        Status status;
    };

    template <class Encoder>
    Result<std::unique_ptr<Encoder>> makeEncoder(Device device, Precision precision, Checked& checked, bool text) const;

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

template <class Encoder>
Result<std::unique_ptr<Encoder>> ClipModel::makeEncoder(Device device, Precision precision, Checked& checked,
                                                        bool text) const {
    if (device.kind == Device::Kind::Cuda) {
        if (const auto known = parseDevices(device.name()); !known) return failFrom(known);
    }
    std::call_once(checked.once, [&] { checked.status = checkFinite(m_file, kVisionPrefix, text); });
    if (!checked.status) return failFrom(checked.status);
    try {
        const c10::InferenceMode guard;
        return std::make_unique<Encoder>(m_config, mapWeights(m_file, kVisionPrefix, text),
                                         Placement::of(device, precision));
    } catch (const std::exception& exception) {
        return tl::unexpected(
            describeTorchError(exception, fmt::format("{}: loading the weights", m_info.weightsFile.string())));
    }
}

Result<std::unique_ptr<ImageEncoder>> ClipModel::imageEncoder(Device device, Precision precision) const {
    return makeEncoder<ClipImageEncoder>(device, precision, m_vision, /*text=*/false);
}

Result<std::unique_ptr<TextEncoder>> ClipModel::textEncoder(Device device, Precision precision) const {
    return makeEncoder<ClipTextEncoder>(device, precision, m_text, /*text=*/true);
}

float logitScale(const io::TensorFile& file) {
    const ClipWeights weights = mapWeights(file, "logit_scale");
    return static_cast<float>(std::exp(toMatrix(weights.at("logit_scale").view({1, 1})).at(0, 0)));
}

ModelInfo describeModel(const ClipConfig& config, const fs::path& folder, const std::string& name,
                        const io::TensorFile& file) {
    ModelInfo info;
    info.name = name;
    info.folder = folder;
    info.weightsFile = file.path;
    info.architecture = config.describe();
    info.activation = config.activation();
    info.imageSize = config.vision.imageSize;
    info.embeddingWidth = config.vision.transformer.width;
    info.projectedWidth = config.embedDim;
    info.contextLength = config.text.contextLength;
    info.hasTextTower = true;
    std::error_code ec;
    info.weightsBytes = fs::file_size(file.path, ec);
    for (const auto& [key, view] : file.tensors)
        info.parameterCount += static_cast<std::uint64_t>(view.elementCount());
    info.logitScale = logitScale(file);
    info.preprocess = config.preprocess;
    return info;
}

}  // namespace

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
    auto file = openCheckpoint(*weights, *config);
    if (!file) return failFrom(file);
    ModelInfo info = describeModel(*config, folder, name, *file);
    return std::make_shared<const ClipModel>(std::move(info), std::move(*config), std::move(*file));
}

}  // namespace oodscope::model
