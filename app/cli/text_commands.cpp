// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <iostream>

#include "app/cli/commands.h"
#include "app/cli/model_arguments.h"
#include "core/base/text_util.h"
#include "core/experiment/class_vectors.h"
#include "core/experiment/prompt_library.h"
#include "core/io/npy.h"
#include "core/io/safetensors.h"

namespace oodscope::cli {
namespace {

struct EmbedTextOptions {
    ModelArguments model;
    std::string names;
    std::string prompts = text::referencePrompts().name;
    std::string out;
};

struct TokenizeOptions {
    ModelArguments model;
    std::vector<std::string> texts;
};

Status writeVectors(const Matrix& vectors, const std::string& out) {
    if (endsWithIgnoringCase(out, ".npy")) return io::writeNpy(out, vectors);
    if (!endsWithIgnoringCase(out, ".safetensors"))
        return fail(ErrorCode::InvalidArgument, out + ": the name must end in .safetensors or .npy");
    const io::TensorToWrite tensor = io::tensorOf("class_vectors", vectors);
    return io::writeSafetensors(out, {&tensor, 1});
}

Status embedText(const Context& context, const EmbedTextOptions& options) {
    const experiment::PromptLibrary library(context.workspacePath());
    auto names = library.names(options.names);
    if (!names) return failFrom(names);
    auto prompts = library.prompts(options.prompts);
    if (!prompts) return failFrom(prompts);
    auto devices = model::parseDevices(context.device);
    if (!devices) return failFrom(devices);
    auto model = options.model.open();
    if (!model) return failFrom(model);
    auto vectors = experiment::textClassVectors(**model, *names, *prompts, devices->front(), {});
    if (!vectors) return failFrom(vectors);
    if (!options.out.empty()) {
        if (auto written = writeVectors(*vectors, options.out); !written) return written;
    }
    const nlohmann::json json{{"classes", vectors->rows()},
                              {"width", vectors->cols()},
                              {"prompts", prompts->templates.size()},
                              {"out", options.out.empty() ? nlohmann::json() : nlohmann::json(options.out)}};
    context.print(json,
                  fmt::format("{} class vectors of width {} from {} prompts{}\n", vectors->rows(), vectors->cols(),
                              prompts->templates.size(), options.out.empty() ? "" : " in " + options.out));
    return {};
}

std::vector<std::string> textsOf(const TokenizeOptions& options) {
    if (options.texts != std::vector<std::string>{"-"}) return options.texts;
    std::vector<std::string> lines;
    for (std::string line; std::getline(std::cin, line);)
        lines.push_back(line);
    return lines;
}

Status tokenize(const Context& context, const TokenizeOptions& options) {
    auto model = options.model.open();
    if (!model) return failFrom(model);
    auto tokenizer = (*model)->tokenizer();
    if (!tokenizer) return failFrom(tokenizer);
    const int contextLength = (*model)->info().contextLength;
    nlohmann::json json{{"ids", nlohmann::json::array()}};
    std::string text;
    for (const std::string& line : textsOf(options)) {
        const auto ids = tokenizer->encodePadded(line, contextLength);
        json["ids"].push_back(ids);
        text += fmt::format("{}\n", fmt::join(ids, " "));
    }
    context.print(json, text);
    return {};
}

}  // namespace

void addTextCommands(CLI::App& app, Context& context, Action& chosen) {
    auto embedOptions = std::make_shared<EmbedTextOptions>();
    CLI::App* embedCommand = app.add_subcommand("embed-text", "Class vectors of class names under prompts");
    embedOptions->model.addName(*embedCommand)->required();
    embedCommand
        ->add_option("--names", embedOptions->names,
                     "File with one class name a line, or a list that 'prompts list' names")
        ->required();
    embedCommand
        ->add_option("--prompts", embedOptions->prompts,
                     "File with one prompt a line, each with {c} for the class, or a set that 'prompts list' names")
        ->capture_default_str();
    embedCommand->add_option("--out", embedOptions->out, "F.safetensors or F.npy");
    context.addOutputOptions(*embedCommand);
    context.addWorkspaceOption(*embedCommand);
    context.addComputeOptions(*embedCommand);
    onChosen(*embedCommand, chosen, [&context, embedOptions] { return embedText(context, *embedOptions); });

    auto tokenizeOptions = std::make_shared<TokenizeOptions>();
    CLI::App* tokenizeCommand = app.add_subcommand("tokenize", "Token ids of texts, padded to the model's context");
    tokenizeOptions->model.addName(*tokenizeCommand)->required();
    tokenizeCommand->add_option("text", tokenizeOptions->texts, "Texts, or - for one a line on standard input")
        ->required();
    context.addOutputOptions(*tokenizeCommand);
    onChosen(*tokenizeCommand, chosen, [&context, tokenizeOptions] { return tokenize(context, *tokenizeOptions); });
}

}  // namespace oodscope::cli
