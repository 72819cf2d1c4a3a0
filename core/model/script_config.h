// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <variant>

#include "core/base/error.h"
#include "core/image/preprocess.h"
#include "core/io/json.h"

namespace oodscope::model {

/// How a TorchScript file is an image encoder. It gets [N, 3, S, S] float values, normalised, and gives one row per
/// image.
struct ScriptConfig {
    enum class Pool { Nothing, Mean, First };

    image::Preprocess preprocess;
    int embeddingWidth = 0;
    /// Which of several outputs: a place in a tuple or list, a name in a dict or named tuple.
    std::variant<int, std::string> output = 0;
    bool namesOutput = false;  // `output` was given
    Pool pool = Pool::Nothing;

    /// Canonical text for artefact keys.
    std::string canonical() const;
};

// Note [Declared scripts]
// A TorchScript file is a program: to use it is to run its code. No file is run for what it holds; its user declares it
// as an encoder in a JSON file beside it ("net.pt", "net.json") with "format": "torchscript". Nothing runs before the
// first encoder is made: opening and listing only read the declaration and the archive's directory.

/// The declaration of the TorchScript file `path`, or `path` itself where it is a declaration; empty: there is none.
std::filesystem::path scriptDeclaration(const std::filesystem::path& path);
/// The file that a declaration speaks of: the one of its name that ends in .pt, .pth, .ts or .torchscript. Empty: none.
std::filesystem::path declaredScript(const std::filesystem::path& declaration);
/// Strict: missing, unknown and senseless values are errors. `path` is for messages.
Result<ScriptConfig> parseScriptConfig(const io::Json& json, const std::filesystem::path& path);

}  // namespace oodscope::model
