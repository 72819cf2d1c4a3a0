// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/image/preprocess.h"

namespace oodscope::model {

/// A model that the program knows by name: what its checkpoint should hold and where it comes from.
struct RegistryEntry {
    enum class Family { OpenClip, Vision };

    std::string name;                  // as the paper's code spells it: "openclip_ViT-B-16/openai"
    std::vector<std::string> aliases;  // further names, e.g. "ViT-B-16/laion2b_s34b_b88k"
    Family family = Family::Vision;
    std::string architecture;  // open_clip's or timm's: "ViT-B-16", "vit_base_patch16_224"
    std::string activation;    // "gelu", "quick_gelu", "swiglu", "relu"
    std::string repository;    // of a snapshot folder on the hub; empty: there is none
    std::string file;          // the authors' own checkpoint; empty: there is none
    std::string licence;       // of the weights
    int embeddingWidth = 0;
    int projectedWidth = 0;        // OpenCLIP only
    std::uint64_t parameters = 0;  // without class heads and what else is no use for embeddings
    image::Preprocess own;
    image::Preprocess reference;
    bool referenceSkipsNorm = false;  // the reference takes the features before the last LayerNorm

    bool isClip() const { return family == Family::OpenClip; }
    /// Whether `text` is its name in any spelling: letters of either case, "hf-hub:" before a repository, ':', '::' or
    /// '/' between an architecture and its tag, with or without "openclip_".
    bool isCalled(std::string_view text) const;
};

/// Every model of the paper and a few relatives, in the paper's order.
std::span<const RegistryEntry> registry();
/// Null where no entry is called so.
const RegistryEntry* findEntry(std::string_view name);
/// By the name of the authors' checkpoint file.
const RegistryEntry* findEntryOfFile(std::string_view fileName);
/// Names that `name` may have been meant for, best first; at most `most`.
std::vector<std::string> similarNames(std::string_view name, std::size_t most = 3);

}  // namespace oodscope::model
