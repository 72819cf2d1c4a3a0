// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "app/cli/commands.h"
#include "core/model/device.h"
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

}  // namespace

void addMachineCommands(CLI::App& app, Context& context, Action& chosen) {
    CLI::App* devices =
        app.add_subcommand("devices", "Devices to compute on, and what each precision gives there (measured now)");
    context.addOutputOptions(*devices);
    onChosen(*devices, chosen, [&context] { return listDevices(context); });
}

}  // namespace oodscope::cli
