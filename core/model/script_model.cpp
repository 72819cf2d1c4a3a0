// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/script_model.h"

#include <fmt/format.h>

#include <system_error>
#include <utility>

#include "core/base/files.h"
#include "core/base/hash.h"
#include "core/io/open_tensor_file.h"
#include "core/io/torch_file.h"
#include "core/model/checkpoint.h"
#include "core/model/script_config.h"
#include "core/model/script_tower_torch.h"
#include "core/model/tower_encoder_torch.h"
#include "core/model/vision_model.h"

namespace oodscope::model {
namespace {

class ScriptModel final : public Model {
public:
    ScriptModel(ModelInfo info, ScriptConfig config) : m_info(std::move(info)), m_config(std::move(config)) {}

    const ModelInfo& info() const override { return m_info; }
    Result<std::string> identity() const override;
    Result<text::Tokenizer> tokenizer() const override { return noTextTower(m_info); }
    Result<std::unique_ptr<ImageEncoder>> imageEncoder(Device device, Precision precision) const override;
    Result<std::unique_ptr<TextEncoder>> textEncoder(Device, Precision) const override { return noTextTower(m_info); }

private:
    ModelInfo m_info;
    ScriptConfig m_config;
};

Result<std::string> ScriptModel::identity() const {
    const auto weights = weightsHash(m_info.weightsFile);
    if (!weights) return failFrom(weights);
    return Hasher().add(m_config.canonical()).add(*weights).hex();
}

Result<std::unique_ptr<ImageEncoder>> ScriptModel::imageEncoder(Device device, Precision precision) const {
    if (const Status present = checkDevice(device); !present) return failFrom(present);
    auto tower = loadScriptTower(m_info.weightsFile, m_config, device, precision);
    if (!tower) return failFrom(tower);
    return std::make_unique<TowerEncoder>(std::move(*tower), m_info.imageSize, Placement::of(device, precision));
}

// Of the tensors that the own reader finds; 0 where the archive holds what it does not know.
std::uint64_t countValues(const fs::path& path) {
    const auto tensors = io::openTensorFile(path);
    return tensors ? countElements(*tensors) : 0;
}

}  // namespace

Result<std::shared_ptr<const Model>> openScriptModel(const fs::path& path, Preprocessing preprocessing) {
    const fs::path declaration = scriptDeclaration(path);
    const auto json = io::readJson(declaration);
    if (!json) return failFrom(json);
    auto config = parseScriptConfig(*json, declaration);
    if (!config) return failFrom(config);
    const fs::path script = path == declaration ? declaredScript(declaration) : path;
    if (script.empty())
        return fail(ErrorCode::NotFound, fmt::format("{}: declares a TorchScript file, but there is no {} beside it",
                                                     declaration.string(), declaration.stem().string() + ".pt"));
    const auto isScript = io::isTorchScript(script);
    if (!isScript) return failFrom(isScript);
    if (!*isScript)
        return fail(ErrorCode::BadFile,
                    fmt::format("{}: no TorchScript archive (torch.jit.save), although {} declares it as one",
                                script.string(), declaration.filename().string()));
    if (preprocessing == Preprocessing::Reference) config->preprocess = referencePreprocess(config->preprocess.size);
    ModelInfo info;
    info.name = script.filename().string();
    info.folder = script;  // the way to open it again
    info.weightsFile = script;
    info.architecture = "TorchScript, less checked";
    info.activation = "unknown";
    info.lessChecked = true;
    info.imageSize = config->preprocess.size;
    info.embeddingWidth = config->embeddingWidth;
    std::error_code ec;
    info.weightsBytes = fs::file_size(script, ec);
    info.parameterCount = countValues(script);
    info.preprocess = config->preprocess;
    info.preprocessing = preprocessing;
    return std::make_shared<const ScriptModel>(std::move(info), std::move(*config));
}

}  // namespace oodscope::model
