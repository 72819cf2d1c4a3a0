// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/clip_architectures.h"

#include <algorithm>
#include <array>

namespace oodscope::model {
namespace {

constexpr std::string_view kQuickSuffix = "-quickgelu";

struct TextSize {
    int width, heads, layers;
};

struct VitArchitecture {
    std::string_view name;
    int embed, image, layers, width, headWidth;
    double mlpRatio;
    int patch;
    TextSize text;
};

constexpr std::array kVits{
    VitArchitecture{"ViT-B-32", 512, 224, 12, 768, 64, 4.0, 32, {512, 8, 12}},
    VitArchitecture{"ViT-B-16", 512, 224, 12, 768, 64, 4.0, 16, {512, 8, 12}},
    VitArchitecture{"ViT-L-14", 768, 224, 24, 1024, 64, 4.0, 14, {768, 12, 12}},
    VitArchitecture{"ViT-L-14-336", 768, 336, 24, 1024, 64, 4.0, 14, {768, 12, 12}},
    VitArchitecture{"ViT-H-14", 1024, 224, 32, 1280, 80, 4.0, 14, {1024, 16, 24}},
    VitArchitecture{"ViT-bigG-14", 1280, 224, 48, 1664, 104, 4.9231, 14, {1280, 20, 32}},
};

struct ConvNextArchitecture {
    std::string_view name;
    int embed, image;
    const char* timm;
    const char* projection;
    TextSize text;
};

constexpr std::array kConvNexts{
    ConvNextArchitecture{"convnext_base", 512, 224, "convnext_base", "linear", {512, 8, 12}},
    ConvNextArchitecture{"convnext_base_w", 640, 256, "convnext_base", "linear", {640, 10, 12}},
    ConvNextArchitecture{"convnext_large_d", 768, 256, "convnext_large", "mlp", {768, 12, 16}},
    ConvNextArchitecture{"convnext_xxlarge", 1024, 256, "convnext_xxlarge", "linear", {1024, 16, 24}},
};

io::Json textConfig(const TextSize& text) {
    return {{"context_length", 77},
            {"vocab_size", 49408},
            {"width", text.width},
            {"heads", text.heads},
            {"layers", text.layers}};
}

io::Json config(const VitArchitecture& vit) {
    return {{"embed_dim", vit.embed},
            {"vision_cfg",
             {{"image_size", vit.image},
              {"layers", vit.layers},
              {"width", vit.width},
              {"head_width", vit.headWidth},
              {"mlp_ratio", vit.mlpRatio},
              {"patch_size", vit.patch}}},
            {"text_cfg", textConfig(vit.text)}};
}

io::Json config(const ConvNextArchitecture& convnext) {
    return {{"embed_dim", convnext.embed},
            {"vision_cfg",
             {{"timm_model_name", convnext.timm},
              {"timm_model_pretrained", false},
              {"timm_pool", ""},
              {"timm_proj", convnext.projection},
              {"timm_drop", 0.0},
              {"timm_drop_path", 0.1},
              {"image_size", convnext.image}}},
            {"text_cfg", textConfig(convnext.text)}};
}

io::Json resNet50() {
    return {{"embed_dim", 1024},
            {"vision_cfg", {{"image_size", 224}, {"layers", {3, 4, 6, 3}}, {"width", 64}, {"patch_size", nullptr}}},
            {"text_cfg", textConfig({512, 8, 12})}};
}

}  // namespace

std::optional<io::Json> clipArchitecture(std::string_view name) {
    const bool quick = name.ends_with(kQuickSuffix);
    const std::string_view plain = quick ? name.substr(0, name.size() - kQuickSuffix.size()) : name;
    std::optional<io::Json> found;
    if (const auto* vit = std::ranges::find(kVits, plain, &VitArchitecture::name); vit != kVits.end())
        found = config(*vit);
    if (const auto* conv = std::ranges::find(kConvNexts, plain, &ConvNextArchitecture::name); conv != kConvNexts.end())
        found = config(*conv);
    if (plain == "RN50") found = resNet50();
    if (found && quick) (*found)["quick_gelu"] = true;
    return found;
}

std::vector<std::string> clipArchitectureNames() {
    std::vector<std::string> names{"RN50"};
    for (const VitArchitecture& vit : kVits)
        names.emplace_back(vit.name);
    for (const ConvNextArchitecture& convnext : kConvNexts)
        names.emplace_back(convnext.name);
    return names;
}

}  // namespace oodscope::model
