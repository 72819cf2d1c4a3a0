// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/io/safetensors.h"
#include "core/probe/linear_probe.h"

namespace oodscope::probe {

namespace {

using nlohmann::json;

constexpr std::string_view kFormat = "oodscope-probe-1";
constexpr std::array<std::pair<Optimizer, std::string_view>, 3> kOptimizers{
    {{Optimizer::Adam, "adam"}, {Optimizer::AdamW, "adamw"}, {Optimizer::Sgd, "sgd"}}};

json optionsToJson(const ProbeOptions& options) {
    const auto* optimizer = std::find_if(kOptimizers.begin(), kOptimizers.end(),
                                         [&](const auto& entry) { return entry.first == options.optimizer; });
    return {{"epochs", options.epochs},
            {"batch_size", options.batchSize},
            {"lr", options.learningRate},
            {"scale_lr", options.scaleLearningRate},
            {"wd", options.weightDecay},
            {"optimizer", std::string(optimizer->second)},
            {"warmup_share", options.warmupShare},
            {"standardise", options.standardise},
            {"shots", options.shots},
            {"seed", options.seed},
            {"bf16", options.precision == model::Precision::Bf16},
            {"threads", options.threads}};
}

/// Throws json exceptions.
ProbeOptions optionsFromJson(const json& value) {
    ProbeOptions options;
    options.epochs = value.at("epochs");
    options.batchSize = value.at("batch_size");
    options.learningRate = value.at("lr");
    options.scaleLearningRate = value.at("scale_lr");
    options.weightDecay = value.at("wd");
    options.warmupShare = value.at("warmup_share");
    options.standardise = value.value("standardise", true);
    options.shots = value.at("shots");
    options.seed = value.at("seed");
    options.threads = value.at("threads");
    options.precision = value.at("bf16").get<bool>() ? model::Precision::Bf16 : model::Precision::Fp32;
    const auto name = value.at("optimizer").get<std::string>();
    for (const auto& [optimizer, text] : kOptimizers) {
        if (text == name) options.optimizer = optimizer;
    }
    return options;
}

Result<std::vector<float>> vectorFrom(const io::TensorFile& file, std::string_view name, std::size_t size) {
    const auto found = file.tensors.find(name);
    if (found == file.tensors.end()) {
        return fail(ErrorCode::BadFile, fmt::format("{}: no tensor '{}': not a probe", file.path.string(), name));
    }
    const io::TensorView& view = found->second;
    if (view.dtype != io::DType::F32 || view.shape != std::vector<std::int64_t>{std::int64_t(size)}) {
        return fail(ErrorCode::BadFile, fmt::format("{}: tensor '{}' is not {} float32 numbers, as 'weight' asks for",
                                                    file.path.string(), name, size));
    }
    std::vector<float> values(size);
    std::copy_n(view.bytes.data(), size * sizeof(float), reinterpret_cast<std::byte*>(values.data()));
    return values;
}

Status readLabels(const io::TensorFile& file, LinearProbe& probe) {
    if (!file.tensors.contains("labels")) return {};
    const auto labels = io::integersFrom(file, "labels");
    if (!labels) return failFrom(labels);
    for (const std::int64_t label : *labels) {
        if (label < -1 || label >= std::int64_t(probe.classCount()))
            return fail(ErrorCode::BadFile, fmt::format("{}: label {} is none of its {} classes", file.path.string(),
                                                        label, probe.classCount()));
    }
    probe.labels.assign(labels->begin(), labels->end());
    return {};
}

Status readMetadata(const io::TensorFile& file, LinearProbe& probe) {
    const auto found = file.metadata.find("probe");
    if (found == file.metadata.end()) return {};  // weights of another program: no history
    try {
        const json value = json::parse(found->second);
        probe.constantDimensions = value.at("constant_dimensions");
        probe.options = optionsFromJson(value.at("options"));
        for (const json& epoch : value.at("history")) {
            probe.history.push_back({epoch.at(0), epoch.at(1), epoch.at(2)});
        }
        return {};
    } catch (const json::exception& error) {
        return fail(ErrorCode::BadFile, fmt::format("{}: metadata 'probe': {}", file.path.string(), error.what()));
    }
}

}  // namespace

Status saveProbe(const LinearProbe& probe, const std::filesystem::path& file) {
    const std::size_t width = probe.weight.cols();
    if (probe.weight.empty() || probe.bias.size() != probe.classCount() || probe.mean.size() != width ||
        probe.std.size() != width) {
        return fail(ErrorCode::InvalidArgument, fmt::format("{}: the probe is not whole", file.string()));
    }
    json history = json::array();
    for (const EpochStats& epoch : probe.history) {
        history.push_back({epoch.loss, epoch.trainAccuracy, epoch.learningRate});
    }
    const json value{{"constant_dimensions", probe.constantDimensions},
                     {"options", optionsToJson(probe.options)},
                     {"history", std::move(history)}};
    std::vector<io::TensorToWrite> tensors{
        io::tensorOf("weight", probe.weight), io::tensorOf("bias", std::span(probe.bias)),
        io::tensorOf("mean", std::span(probe.mean)), io::tensorOf("std", std::span(probe.std))};
    if (!probe.labels.empty())
        tensors.push_back(
            {"labels", io::DType::I32, {std::int64_t(probe.labels.size())}, std::as_bytes(std::span(probe.labels))});
    return io::writeSafetensors(file, tensors, {{"format", std::string(kFormat)}, {"probe", value.dump()}});
}

Result<LinearProbe> loadProbe(const std::filesystem::path& file) {
    const auto opened = io::openSafetensors(file);
    if (!opened) return failFrom(opened);
    LinearProbe probe;
    auto weight = io::matrixFrom(*opened, "weight");
    if (!weight) return failFrom(weight);
    probe.weight = std::move(*weight);
    if (probe.weight.empty()) return fail(ErrorCode::BadFile, fmt::format("{}: 'weight' is empty", file.string()));
    const std::pair<const char*, std::vector<float>*> parts[] = {
        {"bias", &probe.bias}, {"mean", &probe.mean}, {"std", &probe.std}};
    for (const auto& [name, target] : parts) {
        auto values = vectorFrom(*opened, name, target == &probe.bias ? probe.classCount() : probe.weight.cols());
        if (!values) return failFrom(values);
        *target = std::move(*values);
    }
    const auto bad = std::find_if(probe.std.begin(), probe.std.end(), [](float s) { return !(s > 0); });
    if (bad != probe.std.end()) {
        return fail(ErrorCode::BadFile, fmt::format("{}: 'std' of dimension {} is {}, not above 0", file.string(),
                                                    bad - probe.std.begin(), *bad));
    }
    if (auto read = readLabels(*opened, probe); !read) return failFrom(read);
    if (auto read = readMetadata(*opened, probe); !read) return failFrom(read);
    return probe;
}

}  // namespace oodscope::probe
