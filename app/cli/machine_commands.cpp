// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "app/cli/commands.h"
#include "core/model/device.h"
#include "core/model/model.h"
#include "core/model/precision_speed.h"

namespace oodscope::cli {
namespace {

constexpr double kGiB = 1024.0 * 1024.0 * 1024.0;

/// What each precision gives on `device`, measured now.
Status addPrecisions(const Context& context, model::Device device, nlohmann::json& json, std::string& text) {
    const auto speeds = model::measurePrecisions(device, context.stop());
    if (!speeds) return failFrom(speeds);
    for (const model::PrecisionSpeed& speed : *speeds) {
        const double gain = speed.flops / speeds->front().flops;
        json.push_back({{"precision", model::precisionName(speed.precision)},
                        {"flops", speed.flops},
                        {"gain", gain},
                        {"relative_error", speed.relativeError}});
        text += speed.precision == model::Precision::Fp32
                    ? fmt::format("  fp32   {:9.0f} GFLOP/s\n", speed.flops / 1e9)
                    : fmt::format("  {}   {:9.0f} GFLOP/s, {:.1f}x fp32 here, relative error {:.1g}\n",
                                  model::precisionName(speed.precision), speed.flops / 1e9, gain, speed.relativeError);
    }
    return {};
}

Status listDevices(const Context& context) {
    nlohmann::json json = nlohmann::json::array();
    std::string text;
    for (const model::DeviceInfo& info : model::listDevices()) {
        text += fmt::format("{:8} {}, {:.1f} GiB{}\n", info.device.name(), info.description,
                            static_cast<double>(info.memoryBytes) / kGiB,
                            info.threads > 0 ? fmt::format(", {} threads", info.threads) : "");
        nlohmann::json precisions = nlohmann::json::array();
        if (auto added = addPrecisions(context, info.device, precisions, text); !added) return added;
        json.push_back({{"device", info.device.name()},
                        {"description", info.description},
                        {"memory_bytes", info.memoryBytes},
                        {"threads", info.threads},
                        {"precisions", std::move(precisions)}});
    }
    context.print({{"devices", json}}, text);
    return {};
}

nlohmann::json modelJson(const model::FoundModel& found) {
    nlohmann::json json{{"name", found.name}, {"folder", found.folder}, {"usable", found.info.has_value()}};
    if (!found.info) {
        json["problem"] = found.problem;
        return json;
    }
    const model::ModelInfo& info = *found.info;
    json["architecture"] = info.architecture;
    json["activation"] = info.activation;
    json["image_size"] = info.imageSize;
    json["embedding_width"] = info.embeddingWidth;
    json["projected_width"] = info.projectedWidth;
    json["context_length"] = info.contextLength;
    json["parameters"] = info.parameterCount;
    json["weights"] = info.weightsFile;
    return json;
}

std::string modelText(const model::FoundModel& found) {
    if (!found.info) return fmt::format("{}\n  does not fit: {}\n", found.name, found.problem);
    const model::ModelInfo& info = *found.info;
    return fmt::format("{}\n  {}, {}, {} px, {:.1f} M parameters\n  {}\n", found.name, info.architecture,
                       info.activation, info.imageSize, static_cast<double>(info.parameterCount) / 1e6,
                       found.folder.string());
}

Status listModels(const Context& context, const std::vector<std::string>& folders) {
    nlohmann::json json = nlohmann::json::array();
    std::string text;
    for (const model::FoundModel& found : model::findModels({folders.begin(), folders.end()})) {
        json.push_back(modelJson(found));
        text += modelText(found);
    }
    if (text.empty())
        text =
            "No model was found in the Hugging Face cache or in OODSCOPE_MODELS. Give a snapshot folder with "
            "--model, or --dir here.\n";
    context.print({{"models", json}}, text);
    return {};
}

}  // namespace

void addMachineCommands(CLI::App& app, Context& context, Action& chosen) {
    auto folders = std::make_shared<std::vector<std::string>>();
    CLI::App* models = app.add_subcommand("models", "Models found on this machine, and why a folder does not fit");
    models->add_option("--dir", *folders, "More folders to look in");
    context.addOutputOptions(*models);
    onChosen(*models, chosen, [&context, folders] { return listModels(context, *folders); });

    CLI::App* devices =
        app.add_subcommand("devices", "Devices to compute on, and what each precision gives there (measured now)");
    context.addOutputOptions(*devices);
    onChosen(*devices, chosen, [&context] { return listDevices(context); });
}

}  // namespace oodscope::cli
