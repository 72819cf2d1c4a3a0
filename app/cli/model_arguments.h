// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "core/model/model.h"

namespace oodscope::cli {

/// How a command names a model.
struct ModelArguments {
    std::string name;
    std::string architecture;
    std::string preprocessing = "own";

    /// --model and --arch.
    CLI::Option* addName(CLI::App& command, const std::string& note = "");
    /// --preprocess, for commands that read images.
    void addPreprocessing(CLI::App& command);
    Result<model::OpenOptions> options() const;
    Result<std::shared_ptr<const model::Model>> open() const;
};

}  // namespace oodscope::cli
