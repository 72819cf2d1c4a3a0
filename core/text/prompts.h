// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace oodscope::text {

/// Prompt templates with one "{c}" (or "{}") each.
struct PromptSet {
    std::string name;
    std::vector<std::string> templates;
};

/// The five prompts of the reference (method.md section 3).
const PromptSet& referencePrompts();
/// "reference5", "single", "imagenet80" (OpenAI's 80 for ImageNet) and "name" (the bare class name).
const std::vector<PromptSet>& builtInPromptSets();
Result<PromptSet> builtInPrompts(std::string_view name);
/// One template a line; blank lines and lines starting with # are skipped.
Result<PromptSet> readPrompts(const std::filesystem::path& path);
std::string fillPrompt(std::string_view promptTemplate, std::string_view className);

/// One class name a line (UTF-8); an error names the line.
Result<std::vector<std::string>> readClassNames(const std::filesystem::path& path);

}  // namespace oodscope::text
