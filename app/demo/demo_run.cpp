// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/demo_run.h"

#include "app/demo/demo_paths.h"
#include "app/demo/world.h"

namespace oodscope::demo {

namespace fs = std::filesystem;

fs::path demoWorkspace(const fs::path& dir) {
    return dir / "workspace";
}

Result<experiment::RunOptions> demoRunOptions(const fs::path& dir) {
    auto model = shippedModelFolder();
    if (!model) return failFrom(model);
    experiment::RunOptions options;
    options.model = model->string();
    const WorldFolders folders(dir);
    options.train = folders.train;
    options.idTest = folders.test;
    options.ood = {folders.nearOod, folders.farOod};
    return options;
}

Result<experiment::EvaluationPtr> runDemo(const fs::path& dir, const embed::ExtractOptions& extract,
                                          const probe::ProbeOptions& probe, std::stop_token stop,
                                          const ProgressFn& progress) {
    auto options = demoRunOptions(dir);
    if (!options) return failFrom(options);
    options->extract = extract;
    options->probeOptions = probe;
    if (auto drawn = drawWorld(WorldOptions{}, dir, stop, progress); !drawn) return failFrom(drawn);
    auto workspace = workspace::Workspace::open(demoWorkspace(dir));
    if (!workspace) return failFrom(workspace);
    return experiment::runEvaluation(**workspace, *options, stop, progress);
}

}  // namespace oodscope::demo
