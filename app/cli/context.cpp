// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/context.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <mutex>

#include "core/base/files.h"
#include "core/model/device.h"

namespace oodscope::cli {
namespace {

std::string progressLine(const Progress& progress) {
    std::string line = progress.stage;
    if (progress.total > 0) line += fmt::format("  {}/{} {}", progress.done, progress.total, progress.unit);
    if (progress.perSecond > 0) line += fmt::format("  {:.1f} {}/s", progress.perSecond, progress.unit);
    if (progress.secondsLeft >= 1) line += fmt::format("  {:.0f} s left", progress.secondsLeft);
    for (const auto& [name, value] : progress.values)
        line += fmt::format("  {} {:.4f}", name, value);
    return line;
}

/// Redraws one line of the terminal; wipes it when the last copy goes.
class ProgressLine {
public:
    ~ProgressLine() {
        if (m_drawn) std::fputs("\r\033[K", stderr);
    }
    void draw(const Progress& progress) {
        const std::lock_guard lock(m_mutex);
        m_drawn = true;
        std::fprintf(stderr, "\r%s\033[K", progressLine(progress).c_str());
        std::fflush(stderr);
    }

private:
    std::mutex m_mutex;
    bool m_drawn = false;
};

}  // namespace

void Context::addOutputOptions(CLI::App& command) {
    command.add_flag("--json", json, "Print one JSON document on standard output, everything else on standard error");
}

void Context::addWorkspaceOption(CLI::App& command) {
    command.add_option("--workspace", workspaceFolder,
                       "Folder that keeps embeddings, probes and results (default: " +
                           (userDataFolder() / "workspace").string() + ")");
}

void Context::addComputeOptions(CLI::App& command, const std::string& batchSizeOption) {
    command.add_option("--device", device, "cpu, cuda:N, several with commas, or auto: every GPU, else the CPU")
        ->capture_default_str();
    command.add_option("--precision", precision, "Of the encoder: fp32 (numbers of the reference), bf16 or fp16")
        ->capture_default_str();
    command.add_option("--threads", threads, "CPU threads to compute with; 0: all cores")->capture_default_str();
    command.add_option(batchSizeOption, batchSize, "Images a step through the encoder")->capture_default_str();
    command.add_option("--seed", seed, "Of every random choice")->capture_default_str();
}

ProgressFn Context::progress() const {
    if (::isatty(STDERR_FILENO) == 0) return {};
    return [line = std::make_shared<ProgressLine>()](const Progress& progress) { line->draw(progress); };
}

std::filesystem::path Context::workspacePath() const {
    return workspaceFolder.empty() ? userDataFolder() / "workspace" : std::filesystem::path(workspaceFolder);
}

Result<std::shared_ptr<workspace::Workspace>> Context::openWorkspace() const {
    return workspace::Workspace::open(workspacePath());
}

Result<std::shared_ptr<workspace::Workspace>> Context::openExistingWorkspace() const {
    auto workspace = workspace::Workspace::openExisting(workspacePath());
    if (workspace || workspace.error().code != ErrorCode::NotFound) return workspace;
    const char* advice = workspaceFolder.empty() ? "; 'evaluate' and 'embed' make one, --workspace names another" : "";
    return fail(ErrorCode::NotFound, workspace.error().message + advice);
}

Result<embed::ExtractOptions> Context::extractOptions() const {
    auto devices = model::parseDevices(device);
    if (!devices) return failFrom(devices);
    auto parsed = model::parsePrecision(precision);
    if (!parsed) return failFrom(parsed);
    embed::ExtractOptions options;
    options.devices = *devices;
    options.precision = *parsed;
    options.batchSize = batchSize;
    options.computeThreads = threads;
    return options;
}

Status Context::applyTo(probe::ProbeOptions& options) const {
    auto devices = model::parseDevices(device);
    if (!devices) return failFrom(devices);
    options.device = devices->front();
    options.threads = threads;
    options.seed = seed;
    return {};
}

void Context::print(const nlohmann::json& document, const std::string& text) const {
    const std::string out = json ? document.dump(2) + "\n" : text;
    std::fwrite(out.data(), 1, out.size(), stdout);
}

void Context::printMade(nlohmann::json document, const std::string& text) const {
    std::error_code ec;
    std::vector<std::string> command{"oodscope-cli"};
    command.insert(command.end(), words.begin(), words.end());
    document["made_by"] = {{"program", "oodscope " OODSCOPE_VERSION},
                           {"folder", std::filesystem::current_path(ec).string()},
                           {"command", std::move(command)}};
    print(document, text);
}

void onChosen(CLI::App& command, Action& chosen, Action action) {
    command.callback([&chosen, action = std::move(action)] { chosen = action; });
}

}  // namespace oodscope::cli
