// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/real_services.h"

#include "app/demo/demo_run.h"
#include "core/base/files.h"
#include "core/experiment/report.h"

namespace oodscope::workbench {

ui::Services realServices() {
    ui::Services services;
    services.openWorkspace = workspace::Workspace::openExisting;
    services.makeWorkspace = workspace::Workspace::open;
    services.validate = [](const experiment::RunOptions& options) -> Status {
        if (auto good = experiment::validate(options); !good) return good;
        if (options.model.empty()) return {};
        // Opening reads no weights, so a folder that is half there is told before anything is embedded.
        const auto opened = model::openModel(options.model, options.opening);
        return opened ? Status() : Status(failFrom(opened));
    };
    services.run = [](workspace::Workspace& workspace, const experiment::RunOptions& options, std::stop_token stop,
                      const ProgressFn& progress) {
        return experiment::runEvaluation(workspace, options, stop, progress);
    };
    services.load = [](const workspace::Workspace& workspace, const std::string& id) {
        return experiment::loadEvaluation(workspace, id);
    };
    services.report = [](const workspace::Workspace& workspace, const experiment::Evaluation& evaluation,
                         const std::filesystem::path& page) {
        return experiment::writeReport(workspace, evaluation, page, /*overwrite=*/true);  // the file dialog has asked
    };
    services.findModels = [](const std::vector<model::LocatedModel>& located) {
        return model::findModels({}, located);
    };
    services.listModels = [](const std::vector<model::LocatedModel>& located) {
        return model::listModels({}, located);
    };
    services.checkModel = [](const model::LocatedModel& located) -> Status {
        model::OpenOptions options;
        options.architecture = located.name;
        const auto opened = model::openModel(located.path.string(), options);
        if (!opened) return failFrom(opened);
        return {};
    };
    services.selftest = experiment::runSelftest;
    services.listDevices = [] { return model::listDevices(); };
    services.measurePrecisions = [](model::Device device, const std::stop_token& stop) {
        return model::measurePrecisions(device, stop);
    };
    services.loadDatasetFolders = [] { return data::loadDatasetFolders(); };
    services.saveDatasetFolders = [](const data::DatasetFolders& folders) { return data::saveDatasetFolders(folders); };
    services.locate = [](const experiment::Protocol& protocol, const data::DatasetFolders& folders,
                         std::stop_token stop,
                         const ProgressFn& progress) { return experiment::locate(protocol, folders, stop, progress); };
    services.demo = [](std::stop_token stop, const ProgressFn& progress) -> Result<std::filesystem::path> {
        const std::filesystem::path folder = userDataFolder() / "demo";
        const auto evaluation = demo::runDemo(folder, {}, {}, stop, progress);
        if (!evaluation) return failFrom(evaluation);
        return demo::demoWorkspace(folder);
    };
    return services;
}

}  // namespace oodscope::workbench
