// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace oodscope::text {

/// A list of class names that is built in, in the order of its data set's labels.
struct ClassNameSet {
    std::string name;
    std::vector<std::string> names;
};

/// "imagenet": ImageNet-1k's names cleaned for prompts, as MCM and open_clip have them. "imagenet-wordnet": the text
/// before the first comma of each synset's lemmas, as the paper's code has them ("crane" and "maillot" stand twice).
/// Both 1000, in the order of the WordNet ids.
const std::vector<ClassNameSet>& imagenetNameSets();

}  // namespace oodscope::text
