// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/embed/extract.h"
#include "core/probe/linear_probe.h"
#include "core/workspace/workspace.h"

namespace oodscope::cli {

/// Exit codes (documented in --help): others script against them.
inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kWrongUsage = 2;
inline constexpr int kCancelled = 130;

/// The options that commands share, and where results, progress and errors go.
class Context {
public:
    explicit Context(std::stop_token stop) : m_stop(std::move(stop)) {}

    bool json = false;
    std::string workspaceFolder;
    std::string device = "auto";
    std::string precision = "fp32";
    int threads = 0;
    int batchSize = 32;
    std::uint64_t seed = 42;
    std::vector<std::string> words;  // of the command line, behind the program's name

    void addOutputOptions(CLI::App& command);
    void addWorkspaceOption(CLI::App& command);
    void addComputeOptions(CLI::App& command, const std::string& batchSizeOption = "--batch-size");

    std::stop_token stop() const { return m_stop; }
    /// A line that is redrawn on a terminal; nothing elsewhere.
    ProgressFn progress() const;
    /// Where the workspace is, or would be.
    std::filesystem::path workspacePath() const;
    /// To work in: made where it is missing.
    Result<std::shared_ptr<workspace::Workspace>> openWorkspace() const;
    /// To look at: one that is there already, also where nothing may be written.
    Result<std::shared_ptr<workspace::Workspace>> openExistingWorkspace() const;
    Result<embed::ExtractOptions> extractOptions() const;
    /// One device for the probe: the first of the list.
    Status applyTo(probe::ProbeOptions& options) const;

    /// The result: `json` as one document with --json, else `text` as it is.
    void print(const nlohmann::json& json, const std::string& text) const;
    /// The same for a result that no workspace keeps: the document also says how it was made, for 'explain'.
    void printMade(nlohmann::json json, const std::string& text) const;

private:
    std::stop_token m_stop;
};

/// What a command does when it was chosen; the Error becomes one line on standard error and the exit code.
using Action = std::function<Status()>;

/// Runs `action` when `command` was given on the command line.
void onChosen(CLI::App& command, Action& chosen, Action action);

}  // namespace oodscope::cli
