// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/vit_checkpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <utility>

#include "core/base/text_util.h"

namespace oodscope::model {
namespace {

// Note [Dialects]
// timm's names are those of nearly everybody; what differs is spelled here. DINOv2's authors write "register_tokens",
// "mlp.w12", "mlp.w3" and keep a mask token; timm writes "reg_token", "mlp.fc1", "mlp.fc2" and gives registers no
// position. BEiT's fine-tuned files and timm's hold one table of relative positions for each block, the authors'
// pretrained files one for all.
struct Dialect {
    const char* registers = "reg_token";
    const char* fc = "mlp.fc1";
    const char* proj = "mlp.fc2";
    const char* finalNorm = "norm";
    const char* layerScale1 = "ls1.gamma";
    const char* layerScale2 = "ls2.gamma";
};

struct NamedSize {
    std::string_view name;
    VitSize size;
};

// Longer names before those that they contain.
constexpr std::array kSizes{
    NamedSize{"gigantic", {1664, 48, 16}}, NamedSize{"giant", {1408, 40, 16}}, NamedSize{"huge", {1280, 32, 16}},
    NamedSize{"large", {1024, 24, 16}},    NamedSize{"base", {768, 12, 12}},   NamedSize{"small", {384, 12, 6}},
    NamedSize{"tiny", {192, 12, 3}},
};
constexpr std::array kInitials{NamedSize{"vits", {384, 12, 6}}, NamedSize{"vitb", {768, 12, 12}},
                               NamedSize{"vitl", {1024, 24, 16}}, NamedSize{"vitg", {1536, 40, 24}}};

// Tensors without use for embeddings: heads of the training task, decoders, mask tokens, an index that follows from the
// window, the layer before an old ImageNet-21k head that timm drops as well.
constexpr std::array kIgnored{"head.", "fc.", "lm_head.", "pre_logits.", "decoder_", "mask_token", "masked_embed"};

const std::string kTimmBackbone = "patch_embed.backbone.";

bool isIgnored(std::string_view name) {
    return name.ends_with("relative_position_index") ||
           std::ranges::any_of(kIgnored, [&](const char* prefix) { return name.starts_with(prefix); });
}

bool has(const io::TensorFile& file, std::string_view name) {
    return file.tensors.contains(name);
}

int side(const std::vector<std::int64_t>& shape, std::size_t axis, int fallback) {
    return axis < shape.size() ? static_cast<int>(shape[axis]) : fallback;
}

int rootOf(std::int64_t square) {
    const auto root = static_cast<std::int64_t>(std::lround(std::sqrt(static_cast<double>(square))));
    return root * root == square ? static_cast<int>(root) : 0;
}

Dialect dialectOf(const io::TensorFile& file) {
    Dialect dialect;
    if (has(file, "register_tokens")) dialect.registers = "register_tokens";
    if (has(file, "blocks.0.mlp.w12.weight")) {
        dialect.fc = "mlp.w12";
        dialect.proj = "mlp.w3";
    }
    if (has(file, "fc_norm.weight")) dialect.finalNorm = "fc_norm";
    if (has(file, "blocks.0.gamma_1")) {
        dialect.layerScale1 = "gamma_1";
        dialect.layerScale2 = "gamma_2";
    }
    return dialect;
}

int headsOf(const TowerHints& hints, int width) {
    if (hints.heads > 0) return hints.heads;
    // MoCo-v3's small model has heads of 32 channels.
    if (hints.architecture.find("mocov3") != std::string::npos && width == 384) return 12;
    for (const NamedSize& named : kSizes) {
        if (named.size.width == width) return named.size.heads;
    }
    return std::max(1, width / 64);
}

void readBlocks(TransformerConfig& config, const io::TensorFile& file, const Dialect& dialect,
                const TowerHints& hints) {
    const std::string block = "blocks.0.";
    config.layers = countBlocks(file, "blocks.");
    const auto fc = shapeOf(file, fmt::format("{}{}.weight", block, dialect.fc));
    config.mlpWidth = side(shapeOf(file, fmt::format("{}{}.weight", block, dialect.proj)), 1, 4 * config.width);
    if (side(fc, 0, 0) == 2 * config.mlpWidth) config.activation = TransformerConfig::Activation::SwiGlu;
    config.layerScale = has(file, block + dialect.layerScale1);
    config.keyBias = !has(file, block + "attn.q_bias");
    auto table = shapeOf(file, block + "attn.relative_position_bias_table");
    if (!table.empty()) config.relativeBias = TransformerConfig::RelativeBias::Blocks;
    if (has(file, "rel_pos_bias.relative_position_bias_table")) {
        table = shapeOf(file, "rel_pos_bias.relative_position_bias_table");
        config.relativeBias = TransformerConfig::RelativeBias::Shared;
    }
    config.heads = table.empty() ? headsOf(hints, config.width) : side(table, 1, 1);
    config.window = table.empty() ? 0 : (rootOf(table[0] - 3) + 1) / 2;
}

void readPosition(VitSpec& spec, const io::TensorFile& file) {
    const auto shape = shapeOf(file, "pos_embed");
    if (shape.empty()) {
        spec.position = VitSpec::Position::None;
        return;
    }
    const std::int64_t rows = side(shape, 1, 0);
    spec.position = rootOf(rows) > 0 ? VitSpec::Position::PatchesOnly : VitSpec::Position::All;
    spec.storedGrid = rootOf(spec.position == VitSpec::Position::All ? rows - 1 : rows);
    const bool dinoV2 = has(file, "mask_token") && spec.transformer.layerScale;
    if (dinoV2 && spec.registers == 0) spec.resize = VitSpec::Resize::Shifted;
}

VitSpec readSpec(const io::TensorFile& file, const Dialect& dialect, const TowerHints& hints) {
    VitSpec spec;
    const auto patch = shapeOf(file, "patch_embed.proj.weight");
    spec.transformer.width = side(patch, 0, 0);
    spec.patchSize = side(patch, 2, 0);
    spec.patchBias = has(file, "patch_embed.proj.bias");
    spec.backbone = recogniseResNetV2(shapesOf(file), kTimmBackbone);
    spec.normBefore = has(file, "norm_pre.weight");
    // Vision transformers of CLIP in timm's form keep CLIP's epsilon; all others have timm's.
    spec.transformer.epsilon = spec.normBefore ? 1e-5 : 1e-6;
    spec.registers = side(shapeOf(file, dialect.registers), 1, 0);
    readBlocks(spec.transformer, file, dialect, hints);
    if (hints.architecture.find("quickgelu") != std::string::npos)
        spec.transformer.activation = TransformerConfig::Activation::QuickGelu;
    readPosition(spec, file);
    if (has(file, "fc_norm.weight")) {
        spec.pool = VitSpec::Pool::PatchMean;
        spec.normAfterPooling = true;
    }
    const int trained = (spec.transformer.window > 0 ? spec.transformer.window : spec.storedGrid) * spec.patchSize *
                        (spec.backbone ? spec.backbone->reduction() : 1);
    spec.imageSize = hints.imageSize > 0 ? hints.imageSize : trained;
    return spec;
}

Status checkSpec(const VitSpec& spec, const io::TensorFile& file, const TowerHints& hints) {
    const auto bad = [&](const std::string& reason) {
        return fail(ErrorCode::BadFile, fmt::format("{}: {}", file.path.string(), reason));
    };
    const TransformerConfig& tower = spec.transformer;
    if (shapeOf(file, "patch_embed.proj.weight").size() != 4 || spec.patchSize < 1 || tower.width < 1)
        return bad("patch_embed.proj.weight is not the weight of a patch layer");
    if (tower.layers < 1) return bad("no tensor blocks.N.…");
    if (tower.width % tower.heads != 0)
        return bad(fmt::format("{} heads do not divide the width {}", tower.heads, tower.width));
    if (spec.position == VitSpec::Position::None && tower.window == 0)
        return bad("neither pos_embed nor a table of relative positions");
    if (spec.position != VitSpec::Position::None && spec.storedGrid == 0)
        return bad(
            fmt::format("pos_embed has {} rows, which is no square grid of patches, with or without a class "
                        "token",
                        side(shapeOf(file, "pos_embed"), 1, 0)));
    if (tower.window > 0 && tower.window != spec.gridSize())
        return bad(fmt::format("its relative positions are for images of {} pixels, not {}",
                               tower.window * spec.patchSize, spec.imageSize));
    if (spec.gridSize() < 1)
        return bad(fmt::format("images of {} pixels are smaller than a patch of {}", spec.imageSize, spec.patchSize));
    const VitSize named = vitSizeOf(hints.architecture).value_or(VitSize{tower.width, tower.layers, 0});
    const int width = hints.width > 0 ? hints.width : named.width;
    const int layers = hints.layers > 0 ? hints.layers : named.layers;
    if (width != tower.width || layers != tower.layers)
        return bad(fmt::format("{} has {} layers of width {}, these tensors are of {} layers of width {}",
                               hints.architecture, layers, width, tower.layers, tower.width));
    return {};
}

// The canonical name as timm, or the dialect, spells it.
std::string timmName(const std::string& canonical, const Dialect& dialect) {
    const std::array<std::pair<std::string_view, std::string_view>, 17> parts{{
        {"class_embedding", "cls_token"},
        {"positional_embedding", "pos_embed"},
        {"register_tokens", dialect.registers},
        {"conv1.", "patch_embed.proj."},
        {"ln_pre.", "norm_pre."},
        {"ln_post.", dialect.finalNorm == std::string_view("norm") ? "norm." : "fc_norm."},
        {"transformer.relative_position", "rel_pos_bias.relative_position"},
        {"transformer.resblocks.", "blocks."},
        {"ln_1.", "norm1."},
        {"ln_2.", "norm2."},
        {"attn.in_proj_weight", "attn.qkv.weight"},
        {"attn.in_proj_bias", "attn.qkv.bias"},
        {"attn.out_proj.", "attn.proj."},
        {"mlp.c_fc", dialect.fc},
        {"mlp.c_proj", dialect.proj},
        {"ls_1.gamma", dialect.layerScale1},
        {"ls_2.gamma", dialect.layerScale2},
    }};
    if (canonical.starts_with(kBackbonePrefix)) return kTimmBackbone + canonical.substr(std::strlen(kBackbonePrefix));
    std::string name = canonical;
    for (const auto& [ours, theirs] : parts) {
        const std::size_t at = name.find(ours);
        if (at != std::string::npos) name.replace(at, ours.size(), theirs);
    }
    return name;
}

Layout layoutOf(const VitSpec& spec, const Dialect& dialect) {
    Layout layout;
    for (auto& [canonical, shape] : expectedTensors(spec)) {
        std::vector<std::int64_t> stored = shape;
        if (canonical == "class_embedding") stored = {1, 1, shape[0]};
        if (canonical == "positional_embedding" || canonical == "register_tokens") stored = {1, shape[0], shape[1]};
        layout[timmName(canonical, dialect)] = {canonical, std::move(stored)};
    }
    return layout;
}

}  // namespace

std::optional<VitSize> vitSizeOf(std::string_view architecture) {
    const auto contained = [&](const NamedSize& named) {
        return architecture.find(named.name) != std::string_view::npos;
    };
    if (architecture.find("giant") != std::string_view::npos && architecture.find("dinov2") != std::string_view::npos)
        return kInitials.back().size;
    if (const auto* found = std::ranges::find_if(kSizes, contained); found != kSizes.end()) return found->size;
    if (const auto* found = std::ranges::find_if(kInitials, contained); found != kInitials.end()) return found->size;
    return std::nullopt;
}

Layout timmLayout(const VitSpec& spec) {
    Dialect dialect;
    if (spec.transformer.relativeBias != TransformerConfig::RelativeBias::None) {
        dialect.layerScale1 = "gamma_1";
        dialect.layerScale2 = "gamma_2";
    }
    if (spec.normAfterPooling) dialect.finalNorm = "fc_norm";
    return layoutOf(spec, dialect);
}

std::optional<Result<TowerCheckpoint>> fitVit(const io::TensorFile& file, const TowerHints& hints) {
    if (!has(file, "patch_embed.proj.weight") || !has(file, "cls_token")) return std::nullopt;
    const Dialect dialect = dialectOf(file);
    const VitSpec spec = readSpec(file, dialect, hints);
    if (const Status status = checkSpec(spec, file, hints); !status) return failFrom(status);
    auto fitted = fitLayout(file, spec, layoutOf(spec, dialect), isIgnored);
    if (!fitted) return fitted;
    if (const Status status = addClassHead(*fitted, file, "head"); !status) return failFrom(status);
    return fitted;
}

}  // namespace oodscope::model
