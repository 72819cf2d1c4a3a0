// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace oodscope::testing {

/// A CLIP snapshot folder that encodes in microseconds: the recorded model of `testData`/models/saved with a tokenizer
/// of 800 merges and the text embedding that it asks for. Fails the calling test's expectations by throwing.
void makeTinyModel(const std::filesystem::path& folder, const std::filesystem::path& testData);

/// `perClass` small PPM pictures in a folder per class, each class in a colour and pattern of its own (by its name).
void drawClasses(const std::filesystem::path& root, const std::vector<std::string>& classes, int perClass,
                 unsigned seed);

}  // namespace oodscope::testing
