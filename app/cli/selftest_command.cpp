// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "app/cli/commands.h"
#include "core/experiment/selftest.h"

namespace oodscope::cli {
namespace {

std::string kindName(experiment::SelftestCheck::Kind kind) {
    switch (kind) {
        case experiment::SelftestCheck::Kind::Resize:
            return "resize";
        case experiment::SelftestCheck::Kind::Tokenizer:
            return "tokenizer";
        case experiment::SelftestCheck::Kind::Encoder:
            break;
    }
    return "encoder";
}

std::string lineOf(const experiment::SelftestCheck& check) {
    const char* verdict = check.passed() ? "ok" : "DIFFERS";
    if (check.kind == experiment::SelftestCheck::Kind::Encoder)
        return fmt::format("{:8} {:10} {}: relative error {:.2g} (at most {:.0e})\n", verdict, kindName(check.kind),
                           check.name, check.error, check.tolerance);
    return fmt::format("{:8} {:10} {}: {:.0f} of {} differ\n", verdict, kindName(check.kind), check.name, check.error,
                       check.cases);
}

Status run(const Context& context, const std::string& folder) {
    auto extract = context.extractOptions();
    if (!extract) return failFrom(extract);
    experiment::SelftestOptions options;
    options.folder = folder;
    options.device = extract->devices.front();
    options.precision = extract->precision;
    const auto report = experiment::runSelftest(options, context.stop(), context.progress());
    if (!report) return failFrom(report);
    nlohmann::json json{{"device", report->device}, {"precision", report->precision}, {"passed", report->passed()}};
    std::string text = fmt::format("On {} in {}, against what Pillow, open_clip and timm recorded:\n", report->device,
                                   report->precision);
    for (const experiment::SelftestCheck& check : report->checks) {
        json["checks"].push_back({{"kind", kindName(check.kind)},
                                  {"name", check.name},
                                  {"cases", check.cases},
                                  {"error", check.error},
                                  {"tolerance", check.tolerance},
                                  {"passed", check.passed()}});
        text += lineOf(check);
    }
    context.print(json, text);
    if (!report->passed())
        return fail(ErrorCode::Internal, "selftest: this build does not give the recorded numbers on this device");
    return {};
}

}  // namespace

void addSelftestCommand(CLI::App& app, Context& context, Action& chosen) {
    auto folder = std::make_shared<std::string>();
    CLI::App* command = app.add_subcommand(
        "selftest",
        "Compares resizing, tokenizer and encoders with numbers that Pillow, open_clip and timm recorded; exit code 1 "
        "where this build on this device differs");
    command->add_option("--vectors", *folder, "Folder of other recorded vectors (default: those that ship)");
    context.addOutputOptions(*command);
    context.addComputeOptions(*command);
    onChosen(*command, chosen, [&context, folder] { return run(context, *folder); });
}

}  // namespace oodscope::cli
