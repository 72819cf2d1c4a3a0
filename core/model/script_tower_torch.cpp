// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/script_tower_torch.h"

#include <ATen/ops/full.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/tensor.h>
#include <c10/core/InferenceMode.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/runtime/graph_executor.h>
#include <torch/csrc/jit/serialization/import.h>

#include <stdexcept>
#include <utility>

namespace oodscope::model {
namespace {

// Images that go through together on the CPU.
constexpr int kSlice = 8;
constexpr int kTrialImages = 2;
constexpr int kGrey = 128;

/// What a script gives is not what its declaration says.
class ScriptError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

std::string shapeText(const at::Tensor& tensor) {
    return fmt::format("[{}]", fmt::join(tensor.sizes(), ", "));
}

// The interpreter's text is a trace of many lines with the reason after it.
std::string reasonOf(const std::exception& exception) {
    const auto* torch = dynamic_cast<const c10::Error*>(&exception);
    std::string text = torch != nullptr ? torch->what_without_backtrace() : exception.what();
    constexpr std::string_view kReason = "\nRuntimeError: ";
    if (const std::size_t at = text.rfind(kReason); at != std::string::npos) text = text.substr(at + kReason.size());
    return text.substr(0, text.find('\n'));
}

at::Tensor channels(const std::array<float, 3>& values, const at::Device& device) {
    return at::tensor(at::ArrayRef<float>(values), at::TensorOptions(at::kFloat)).view({1, 3, 1, 1}).to(device);
}

class ScriptTower final : public VisionTower {
public:
    ScriptTower(std::filesystem::path path, torch::jit::Module module, ScriptConfig config, const Placement& placement)
        : m_path(std::move(path)),
          m_module(std::move(module)),
          m_config(std::move(config)),
          m_placement(placement),
          m_mean(channels(m_config.preprocess.mean, placement.device)),
          m_deviation(channels(m_config.preprocess.std, placement.device)) {}

    at::Tensor forward(const at::Tensor& pixels, const std::stop_token& stop) const override;
    int width() const override { return m_config.embeddingWidth; }
    int sliceSize(int count) const override { return m_placement.isCpu() ? kSlice : count; }

private:
    c10::IValue run(const at::Tensor& images) const;
    at::Tensor chosenOutput(const c10::IValue& given) const;
    at::Tensor element(const std::vector<c10::IValue>& elements) const;
    at::Tensor named(const c10::Dict<c10::IValue, c10::IValue>& dict) const;
    at::Tensor pooled(const at::Tensor& output) const;
    at::Tensor checkedTensor(const c10::IValue& value) const;
    [[noreturn]] void refuse(const std::string& reason) const {
        throw ScriptError(fmt::format("{}: {}", m_path.string(), reason));
    }

    std::filesystem::path m_path;
    // Running a module changes no parameter in evaluation mode, but LibTorch has no const form of it.
    mutable torch::jit::Module m_module;
    ScriptConfig m_config;
    Placement m_placement;
    at::Tensor m_mean, m_deviation;  // [1, 3, 1, 1] float32
};

c10::IValue ScriptTower::run(const at::Tensor& images) const {
    // Without specialisation to the first inputs: each batch then goes through the same operations.
    const torch::jit::GraphOptimizerEnabledGuard plain(/*state=*/false);
    try {
        return m_module.forward({images});
    } catch (const std::exception& exception) {
        refuse(reasonOf(exception));
    }
}

at::Tensor ScriptTower::checkedTensor(const c10::IValue& value) const {
    if (!value.isTensor()) refuse(fmt::format("gives a {}, expected a tensor", value.tagKind()));
    return value.toTensor();
}

// Of a tuple or list.
at::Tensor ScriptTower::element(const std::vector<c10::IValue>& elements) const {
    const int* index = std::get_if<int>(&m_config.output);
    if (index == nullptr) refuse("gives several outputs without names; declare \"output\" as a number");
    if (static_cast<std::size_t>(*index) >= elements.size())
        refuse(fmt::format("gives {} outputs; the declared \"output\" {} (from 0) is not among them", elements.size(),
                           *index));
    return checkedTensor(elements[static_cast<std::size_t>(*index)]);
}

at::Tensor ScriptTower::named(const c10::Dict<c10::IValue, c10::IValue>& dict) const {
    const auto* name = std::get_if<std::string>(&m_config.output);
    std::vector<std::string> names;
    for (const auto& item : dict) {
        if (name != nullptr && item.key().isString() && item.key().toStringRef() == *name)
            return checkedTensor(item.value());
        names.push_back(item.key().isString() ? item.key().toStringRef() : "?");
    }
    refuse(fmt::format("gives outputs by name ({}); declare one of them as \"output\"", fmt::join(names, ", ")));
}

at::Tensor ScriptTower::chosenOutput(const c10::IValue& given) const {
    if (given.isGenericDict()) return named(given.toGenericDict());
    if (given.isList()) return element(given.toListRef().vec());
    if (given.isTuple()) {
        const auto& tuple = given.toTupleRef();
        const auto* name = std::get_if<std::string>(&m_config.output);
        const auto type = tuple.type<c10::TupleType>();
        if (name == nullptr || !type->schema()) return element(tuple.elements().vec());
        const auto index = type->schema()->argumentIndexWithName(*name);
        if (!index) refuse(fmt::format("gives no output named \"{}\"", *name));
        return checkedTensor(tuple.elements()[static_cast<std::size_t>(*index)]);
    }
    if (m_config.namesOutput) refuse("gives a single output; leave \"output\" out of its declaration");
    return checkedTensor(given);
}

// [N, D]. A feature map is [N, D, H, W], a sequence of tokens [N, L, D].
at::Tensor ScriptTower::pooled(const at::Tensor& output) const {
    const auto rank = output.dim();
    switch (m_config.pool) {
        case ScriptConfig::Pool::Mean:
            if (rank == 3) return output.mean(1);
            if (rank == 4) return output.mean({2, 3});
            break;
        case ScriptConfig::Pool::First:
            if (rank == 3 && output.size(1) > 0) return output.select(1, 0);
            break;
        case ScriptConfig::Pool::Nothing:
            if (rank == 2) return output;
            if (rank == 4 && output.size(2) == 1 && output.size(3) == 1) return output.flatten(1);
            refuse(
                fmt::format("gives {}, which is no row per image; to pool a feature map [N, D, H, W] or tokens "
                            "[N, L, D], declare \"pool\"",
                            shapeText(output)));
    }
    refuse(fmt::format("gives {}, which does not go with the declared \"pool\"", shapeText(output)));
}

at::Tensor ScriptTower::forward(const at::Tensor& pixels, const std::stop_token& stop) const {
    if (stop.stop_requested()) return {};
    const at::Tensor scaled = pixels.permute({0, 3, 1, 2}).to(at::kFloat).div(255.0);
    const at::Tensor images = scaled.sub(m_mean).div(m_deviation).to(m_placement.dtype).contiguous();
    const at::Tensor output = chosenOutput(run(images));
    if (!output.is_floating_point())
        refuse(fmt::format("gives values of type {}, expected floating point", c10::toString(output.scalar_type())));
    const at::Tensor rows = pooled(output.to(at::kFloat)).to(m_placement.device).contiguous();
    if (rows.size(0) != pixels.size(0))
        refuse(fmt::format("gives {} rows for {} images", rows.size(0), pixels.size(0)));
    if (rows.size(1) != width())
        refuse(fmt::format("gives {} values per image, declared are {} (\"embedding_width\")", rows.size(1), width()));
    const at::Tensor bad = at::isfinite(rows).all(1).logical_not().nonzero();
    if (bad.size(0) > 0)
        refuse(fmt::format("gives NaN or infinite values for {} of {} images", bad.size(0), pixels.size(0)));
    return rows;
}

torch::jit::Module loadModule(const std::filesystem::path& path, const Placement& placement) {
    torch::jit::Module module = torch::jit::load(path.string(), placement.device);
    module.eval();
    const auto convert = [&](at::Tensor tensor) {
        if (tensor.is_floating_point() && tensor.scalar_type() != placement.dtype)
            tensor.set_data(tensor.detach().to(placement.dtype));
    };
    for (const at::Tensor& tensor : module.parameters())
        convert(tensor);
    for (const at::Tensor& tensor : module.buffers())
        convert(tensor);
    return module;
}

}  // namespace

Result<std::unique_ptr<VisionTower>> loadScriptTower(const std::filesystem::path& path, const ScriptConfig& config,
                                                     Device device, Precision precision) {
    const std::string hint =
        precision == Precision::Fp32 ? "" : fmt::format(" (in {}; try fp32)", precisionName(precision));
    try {
        const Placement placement = Placement::of(device, precision);
        auto tower = std::make_unique<ScriptTower>(path, loadModule(path, placement), config, placement);
        const c10::InferenceMode guard;
        const int size = config.preprocess.size;
        const at::TensorOptions bytes = at::TensorOptions(at::kByte).device(placement.device);
        static_cast<void>(tower->forward(at::full({kTrialImages, size, size, 3}, kGrey, bytes), {}));
        return tower;
    } catch (const std::exception& exception) {
        const Error error = describeTorchError(std::runtime_error(reasonOf(exception)), path.string());
        if (error.code == ErrorCode::OutOfMemory) return tl::unexpected(error);
        const bool ours = dynamic_cast<const ScriptError*>(&exception) != nullptr;
        return fail(ErrorCode::BadFile, (ours ? std::string(exception.what()) : error.message) + hint);
    }
}

}  // namespace oodscope::model
