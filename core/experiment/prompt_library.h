// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/text/prompts.h"

namespace oodscope::experiment {

enum class TextSetKind { Prompts, Names };

/// Prompt sets and lists of class names that can be edited: text files in a workspace, beside the built-in ones (class
/// names: of CIFAR-10, CIFAR-100 and ImageNet-1k, see text::imagenetNameSets).
class PromptLibrary {
public:
    explicit PromptLibrary(std::filesystem::path workspaceFolder) : m_folder(std::move(workspaceFolder)) {}

    struct Entry {
        std::string name;
        bool builtIn = false;
        std::size_t lines = 0;  // prompts or class names; 0: the file cannot be read
    };
    /// Built-in sets first, then the workspace's by name.
    std::vector<Entry> list(TextSetKind kind) const;

    /// A built-in set, a set of the workspace, or a text file. Error: none of the three, or a malformed file.
    Result<text::PromptSet> prompts(const std::string& nameOrFile) const;
    /// Likewise.
    Result<std::vector<std::string>> names(const std::string& nameOrFile) const;

    /// Keeps a copy of the lines under `name` (letters, digits, "-", "_" and "."), replacing what has it. Error: the
    /// name of a built-in set, lines that do not fit the kind.
    Status save(TextSetKind kind, const std::string& name, const std::vector<std::string>& lines) const;
    Status remove(TextSetKind kind, const std::string& name) const;

private:
    std::filesystem::path fileOf(TextSetKind kind, const std::string& name) const;
    /// The workspace's file of that name where there is one, else the name as a path. Error: neither is there.
    Result<std::filesystem::path> resolve(TextSetKind kind, const std::string& nameOrFile) const;

    std::filesystem::path m_folder;
};

}  // namespace oodscope::experiment
