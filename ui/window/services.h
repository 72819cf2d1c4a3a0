// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "core/experiment/protocol.h"
#include "core/experiment/run.h"
#include "core/experiment/selftest.h"
#include "core/model/device.h"
#include "core/model/model_list.h"
#include "core/model/precision_speed.h"
#include "core/workspace/workspace.h"

namespace oodscope::ui {

/// The use cases that the window calls, all on worker threads. The program fills in the real ones
/// (app/workbench/main.cpp); tests put their own in.
struct Services {
    using OpenWorkspace = std::function<Result<std::shared_ptr<workspace::Workspace>>(const std::filesystem::path&)>;
    OpenWorkspace openWorkspace;  // one that is there; NotFound where there is none
    OpenWorkspace makeWorkspace;  // where there is none
    std::function<Status(const experiment::RunOptions&)> validate;
    std::function<Result<experiment::EvaluationPtr>(workspace::Workspace&, const experiment::RunOptions&,
                                                    std::stop_token, const ProgressFn&)>
        run;
    std::function<Result<experiment::EvaluationPtr>(const workspace::Workspace&, const std::string&)> load;
    /// Writes an HTML page on an evaluation.
    std::function<Status(const workspace::Workspace&, const experiment::Evaluation&, const std::filesystem::path& page)>
        report;
    std::function<std::vector<model::FoundModel>(const std::vector<model::LocatedModel>&)> findModels;
    std::function<std::vector<model::ListedModel>(const std::vector<model::LocatedModel>&)> listModels;
    /// Whether a folder or file fits the model that it is said to hold.
    std::function<Status(const model::LocatedModel&)> checkModel;
    std::function<Result<experiment::SelftestReport>(const experiment::SelftestOptions&, std::stop_token,
                                                     const ProgressFn&)>
        selftest;
    std::function<std::vector<model::DeviceInfo>()> listDevices;
    std::function<Result<std::vector<model::PrecisionSpeed>>(model::Device, std::stop_token)> measurePrecisions;
    /// Where the user keeps data sets, and what a benchmark finds there. Empty: no benchmarks in this build.
    std::function<Result<data::DatasetFolders>()> loadDatasetFolders;
    std::function<Status(const data::DatasetFolders&)> saveDatasetFolders;
    std::function<Result<experiment::LocatedSets>(const experiment::Protocol&, const data::DatasetFolders&,
                                                  std::stop_token, const ProgressFn&)>
        locate;
    /// Makes the demo world and its evaluation in a workspace; gives the workspace's folder. Empty: no demo in this
    /// build.
    std::function<Result<std::filesystem::path>(std::stop_token, const ProgressFn&)> demo;
};

}  // namespace oodscope::ui
