// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/vision_model.h"

#include <c10/core/InferenceMode.h>
#include <fmt/format.h>

#include <mutex>
#include <utility>

#include "core/base/files.h"
#include "core/base/hash.h"
#include "core/io/safetensors.h"
#include "core/model/checkpoint.h"
#include "core/model/tower_encoder_torch.h"

namespace oodscope::model {
namespace {

class VisionModel final : public Model {
public:
    VisionModel(ModelInfo info, TowerCheckpoint checkpoint)
        : m_info(std::move(info)), m_checkpoint(std::move(checkpoint)) {}

    const ModelInfo& info() const override { return m_info; }
    Result<std::string> identity() const override;
    Result<text::Tokenizer> tokenizer() const override { return noTextTower(m_info); }
    Result<std::unique_ptr<ImageEncoder>> imageEncoder(Device device, Precision precision) const override;
    Result<std::unique_ptr<TextEncoder>> textEncoder(Device, Precision) const override { return noTextTower(m_info); }
    Result<std::optional<ClassHead>> classHead() const override;

private:
    ModelInfo m_info;
    TowerCheckpoint m_checkpoint;
    mutable std::once_flag m_checkOnce;
    mutable Status m_checked;
    mutable std::mutex m_mutex;
    mutable std::optional<std::string> m_identity;
};

Result<std::string> VisionModel::identity() const {
    const std::lock_guard lock(m_mutex);
    if (m_identity) return *m_identity;
    const auto weights = weightsHash(m_info.weightsFile);
    if (!weights) return failFrom(weights);
    m_identity = Hasher().add(canonical(m_checkpoint.spec)).add(*weights).hex();
    return *m_identity;
}

Result<std::unique_ptr<ImageEncoder>> VisionModel::imageEncoder(Device device, Precision precision) const {
    if (const Status present = checkDevice(device); !present) return failFrom(present);
    std::call_once(m_checkOnce, [&] { m_checked = checkFinite(m_checkpoint.tensors, ""); });
    if (!m_checked) return failFrom(m_checked);
    try {
        const c10::InferenceMode guard;
        const Placement placement = Placement::of(device, precision);
        const Weights weights = mapWeights(m_checkpoint.tensors);
        auto tower = makeTower(m_checkpoint.spec, m_info.preprocess, weights, placement);
        releasePages(weights);
        return std::make_unique<TowerEncoder>(std::move(tower), m_info.imageSize, placement);
    } catch (const std::exception& exception) {
        return tl::unexpected(
            describeTorchError(exception, fmt::format("{}: loading the weights", m_info.weightsFile.string())));
    }
}

Result<std::optional<ClassHead>> VisionModel::classHead() const {
    if (m_info.classes == 0) return std::optional<ClassHead>();
    if (const Status finite = checkFinite(m_checkpoint.head, ""); !finite) return failFrom(finite);
    auto weight = io::matrixFrom(m_checkpoint.head, "weight");
    if (!weight) return failFrom(weight);
    auto bias = io::matrixFrom(m_checkpoint.head, "bias");
    if (!bias) return failFrom(bias);
    return ClassHead{std::move(*weight), std::move(*bias)};
}

}  // namespace

tl::unexpected<Error> noTextTower(const ModelInfo& info) {
    return fail(ErrorCode::Unsupported,
                info.name + ": has no text tower; zero-shot needs a CLIP model, a probe with true labels does not");
}

Result<std::shared_ptr<const Model>> openVisionModel(const VisionSource& source) {
    auto file = openWeights(source.weights);
    if (!file) return failFrom(file);
    TowerHints hints = source.hints;
    hints.imageSize = source.preprocess.size;
    auto fitted = fitTower(*file, hints);
    if (!fitted) return failFrom(fitted);
    ModelInfo info;
    info.name = source.name;
    info.folder = source.folder;
    info.weightsFile = source.weights;
    info.arch = source.arch;
    info.architecture = describe(fitted->spec);
    info.activation = activationOf(fitted->spec);
    info.imageSize = source.preprocess.size;
    info.embeddingWidth = widthOf(fitted->spec);
    info.weightsBytes = weightsBytes(source.weights);
    info.parameterCount = countElements(fitted->tensors);
    if (!fitted->head.tensors.empty()) info.classes = static_cast<int>(fitted->head.tensors.at("weight").shape.front());
    info.preprocess = source.preprocess;
    info.preprocessing = source.preprocessing;
    return std::make_shared<const VisionModel>(std::move(info), std::move(*fitted));
}

}  // namespace oodscope::model
