// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "app/cli/commands.h"
#include "app/demo/demo_run.h"
#include "app/demo/train_tiny_clip.h"
#include "core/base/files.h"
#include "core/experiment/evaluation_store.h"
#include "core/experiment/pictures.h"
#include "core/experiment/result_table.h"

namespace oodscope::cli {
namespace {

struct DemoOptions {
    std::string dir = (userDataFolder() / "demo").string();
};

struct TrainOptions {
    std::string out;
    demo::TrainOptions training;
};

Status runDemo(const Context& context, const DemoOptions& options) {
    auto extract = context.extractOptions();
    if (!extract) return failFrom(extract);
    probe::ProbeOptions probe;
    if (auto applied = context.applyTo(probe); !applied) return applied;
    const fs::path dir = options.dir;
    auto evaluation = demo::runDemo(dir, *extract, probe, context.stop(), context.progress());
    if (!evaluation) return failFrom(evaluation);
    if (auto written = experiment::writePictures(**evaluation, dir / "pictures"); !written) return written;
    nlohmann::json json = experiment::resultJson(**evaluation);
    json["workspace"] = demo::demoWorkspace(dir);
    json["pictures"] = dir / "pictures";
    context.print(
        json, fmt::format("{}\nimages      {}\npictures    {}\nworkspace   {}\n", experiment::resultTable(**evaluation),
                          (dir / "images").string(), (dir / "pictures").string(), demo::demoWorkspace(dir).string()));
    return {};
}

Status trainModel(const Context& context, const TrainOptions& options) {
    demo::TrainOptions training = options.training;
    training.seed = context.seed;
    training.threads = context.threads;
    return demo::trainTinyClip(training, options.out, context.stop(), context.progress());
}

}  // namespace

void addDemoCommands(CLI::App& app, Context& context, Action& chosen) {
    auto demoOptions = std::make_shared<DemoOptions>();
    CLI::App* command = app.add_subcommand(
        "demo", "Draw a small world, run embedding, PLP and evaluation on it, print the table, write pictures");
    command->add_option("--dir", demoOptions->dir, "Where images, workspace and pictures go")->capture_default_str();
    context.addOutputOptions(*command);
    context.addComputeOptions(*command);
    onChosen(*command, chosen, [&context, demoOptions] { return runDemo(context, *demoOptions); });

    auto trainOptions = std::make_shared<TrainOptions>();
    CLI::App* train = app.add_subcommand("train-demo-clip", "Train the demo's tiny CLIP anew on captions of its world");
    train->add_option("--out", trainOptions->out, "Folder for the snapshot")->required();
    train->add_option("--steps", trainOptions->training.steps, "Training steps")->capture_default_str();
    train->add_option("--threads", context.threads, "CPU threads; 0: all cores")->capture_default_str();
    train->add_option("--seed", context.seed, "Of every random choice")->capture_default_str();
    onChosen(*train, chosen, [&context, trainOptions] { return trainModel(context, *trainOptions); });
}

}  // namespace oodscope::cli
