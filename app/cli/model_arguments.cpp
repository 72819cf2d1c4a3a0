// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/model_arguments.h"

namespace oodscope::cli {

CLI::Option* ModelArguments::addName(CLI::App& command, const std::string& note) {
    command.add_option(
        "--arch", architecture,
        "For a checkpoint file without a configuration: which model it is, by a name that `models` lists "
        "(mae_vit_base, ViT-B-16/openai) or an OpenCLIP architecture (ViT-B-16)");
    return command.add_option(
        "--model", name,
        "Snapshot folder, checkpoint file, a TorchScript file that is declared as an encoder (see "
        "`models --help`), or a name that `models` lists" +
            note);
}

void ModelArguments::addPreprocessing(CLI::App& command) {
    command
        .add_option("--preprocess", preprocessing,
                    "How images are prepared: own, as the model's authors do, or reference, as the paper's code does "
                    "for all models but OpenCLIP's (squashed to a square, ImageNet mean and deviation)")
        ->check(CLI::IsMember({"own", "reference"}))
        ->capture_default_str();
}

Result<model::OpenOptions> ModelArguments::options() const {
    const auto parsed = model::parsePreprocessing(preprocessing);
    if (!parsed) return failFrom(parsed);
    model::OpenOptions options;
    options.architecture = architecture;
    options.preprocessing = *parsed;
    return options;
}

Result<std::shared_ptr<const model::Model>> ModelArguments::open() const {
    const auto parsed = options();
    if (!parsed) return failFrom(parsed);
    return model::openModel(name, *parsed);
}

}  // namespace oodscope::cli
