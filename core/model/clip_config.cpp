// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/clip_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/model/config_section.h"

namespace oodscope::model {
namespace {

constexpr int kMostWidth = 16384;
constexpr int kMostLayers = 256;
constexpr int kMostImageSize = 2048;
constexpr int kMostTokens = 1 << 16;
constexpr int kMostContext = 8192;
constexpr int kMostVocabulary = 1 << 22;

// Without influence unless a model of timm is named, or on training only.
void ignoreTimmKeys(ConfigSection& section) {
    section.ignore(
        {"timm_model_pretrained", "timm_pool", "timm_proj", "timm_proj_bias", "timm_drop", "timm_drop_path"});
}

// What both towers' sections may say. Heads are read by the caller: the two towers spell them differently.
TransformerConfig readTransformer(ConfigSection& section, int defaultWidth, bool quickGelu) {
    TransformerConfig config;
    if (quickGelu) config.activation = TransformerConfig::Activation::QuickGelu;
    config.width = section.integer("width", defaultWidth, 1, kMostWidth);
    config.layers = section.integer("layers", 12, 1, kMostLayers);
    // As open_clip computes it: int(width * mlp_ratio).
    config.mlpWidth = static_cast<int>(config.width * section.number("mlp_ratio", 4.0, 1e-3, 64.0));
    if (config.mlpWidth < 1) section.fail("mlp_ratio", "leaves the MLP without a single unit");
    config.layerScale = section.has("ls_init_value");
    section.ignore({"ls_init_value", "output_tokens"});
    ConfigSection norm = section.section("norm_kwargs", /*required=*/false);
    config.epsilon = norm.number("eps", 1e-5, 0.0, 1.0);
    if (!norm.finish()) section.unsupported("norm_kwargs");
    for (const char* key :
         {"qk_norm", "scaled_cosine_attn", "scale_heads", "scale_attn_inner", "scale_attn", "scale_fc"})
        section.unsupportedUnless(key, false);
    section.unsupportedUnless("block_type", "default");
    section.unsupportedUnless("act_kwargs", io::Json::object());
    return config;
}

Result<VisionSpec> readVit(ConfigSection section, bool quickGelu) {
    VitSpec config;
    section.unsupportedUnless("attentional_pool", false);
    config.transformer = readTransformer(section, 768, quickGelu);
    const int headWidth = section.integer("head_width", 64, 1, kMostWidth);
    config.transformer.heads = std::max(1, config.transformer.width / headWidth);
    if (config.transformer.width < headWidth || config.transformer.width % config.transformer.heads != 0)
        section.fail("head_width", fmt::format("is {}, which does not divide the width {} into whole heads", headWidth,
                                               config.transformer.width));
    config.imageSize = section.side("image_size", 224, kMostImageSize);
    config.patchSize = section.side("patch_size", 16, kMostImageSize);
    if (config.patchSize > config.imageSize)
        section.fail("patch_size",
                     fmt::format("is {}, larger than the image ({})", config.patchSize, config.imageSize));
    else if (config.tokens() > kMostTokens)
        section.fail("patch_size",
                     fmt::format("is {}: {} tokens an image are too many", config.patchSize, config.tokens()));
    config.normBefore = !section.flag("no_ln_pre", false);
    config.normAfterPooling = section.flag("final_ln_after_pool", false);
    const std::string pool = section.text("pool_type", "tok");
    if (pool != "tok" && pool != "avg") section.unsupported("pool_type");
    config.pool = pool == "avg" ? VitSpec::Pool::PatchMean : VitSpec::Pool::ClassToken;
    const std::string position = section.text("pos_embed_type", "learnable");
    if (position != "learnable") section.unsupportedUnless("pos_embed_type", "sin_cos_2d");
    section.ignore({"patch_dropout", "attn_pooler_queries", "attn_pooler_heads"});
    ignoreTimmKeys(section);
    if (const Status status = section.finish(); !status) return failFrom(status);
    return config;
}

// The section's layers is a list: CLIP's own ResNet (open_clip, modified_resnet.py).
Result<VisionSpec> readResNet(ConfigSection section, int embedDim) {
    ResNetSpec spec;
    spec.kind = ResNetSpec::Kind::Clip;
    std::ranges::copy(section.integers("layers", spec.blocks.size(), 1, kMostLayers), spec.blocks.begin());
    spec.stemWidth = section.integer("width", 768, 2, kMostWidth / ResNetSpec::kReduction);
    if (spec.stemWidth % 2 != 0) section.fail("width", fmt::format("is {}, expected an even number", spec.stemWidth));
    const int headWidth = section.integer("head_width", 64, 1, kMostWidth);
    if (spec.featureWidth() % headWidth != 0)
        section.fail("head_width", fmt::format("is {}, which does not divide the width {} of the last layer", headWidth,
                                               spec.featureWidth()));
    spec.heads = spec.featureWidth() / headWidth;
    spec.imageSize = section.side("image_size", 224, kMostImageSize);
    if (spec.imageSize % ResNetSpec::kReduction != 0)
        section.fail("image_size",
                     fmt::format("is {}, expected a multiple of {}", spec.imageSize, ResNetSpec::kReduction));
    spec.outputWidth = embedDim;
    section.ignore({"patch_size", "mlp_ratio", "patch_dropout"});
    ignoreTimmKeys(section);
    if (const Status status = section.finish(); !status) return failFrom(status);
    return spec;
}

struct NamedConvNext {
    std::string_view name;
    std::array<int, 4> depths;
    int width;
    double epsilon = 1e-6;
};
constexpr std::array kConvNexts{
    NamedConvNext{"convnext_tiny", {3, 3, 9, 3}, 96},     NamedConvNext{"convnext_small", {3, 3, 27, 3}, 96},
    NamedConvNext{"convnext_base", {3, 3, 27, 3}, 128},   NamedConvNext{"convnext_large", {3, 3, 27, 3}, 192},
    NamedConvNext{"convnext_xlarge", {3, 3, 27, 3}, 256}, NamedConvNext{"convnext_xxlarge", {3, 4, 30, 3}, 384, 1e-5}};

// A model of timm by its name (open_clip, timm_model.py).
Result<VisionSpec> readConvNext(ConfigSection section, int embedDim) {
    ConvNextSpec spec;
    spec.layout = ConvNextSpec::Layout::OpenClip;
    const std::string name = section.text("timm_model_name", "");
    // A tag after the dot says only which weights training began with.
    const auto* known =
        std::ranges::find(kConvNexts, std::string_view(name).substr(0, name.find('.')), &NamedConvNext::name);
    if (known == kConvNexts.end()) section.unsupported("timm_model_name");
    if (const Status status = section.problem(); !status) return failFrom(status);
    spec.depths = known->depths;
    for (std::size_t stage = 0; stage < spec.widths.size(); ++stage)
        spec.widths[stage] = known->width << stage;
    spec.epsilon = known->epsilon;
    spec.imageSize = section.side("image_size", 224, kMostImageSize);
    if (spec.imageSize < ConvNextSpec::kReduction)
        section.fail("image_size",
                     fmt::format("is {}, expected at least {}", spec.imageSize, ConvNextSpec::kReduction));
    // An empty name leaves timm's own pooling, which is the mean, too.
    if (const std::string pool = section.text("timm_pool", "avg"); !pool.empty() && pool != "avg")
        section.unsupported("timm_pool");
    const std::string projection = section.text("timm_proj", "linear");
    if (projection != "linear" && projection != "mlp") section.fail("timm_proj", "must be \"linear\" or \"mlp\" here");
    if (projection == "mlp") spec.hiddenWidth = 2 * embedDim;
    spec.outputWidth = embedDim;
    spec.outputBias = section.flag("timm_proj_bias", false);
    ignoreTimmKeys(section);
    section.ignore({"layers", "width", "head_width", "mlp_ratio", "patch_size", "patch_dropout"});
    if (const Status status = section.finish(); !status) return failFrom(status);
    return spec;
}

Result<VisionSpec> readVision(ConfigSection section, bool quickGelu, int embedDim) {
    if (section.has("timm_model_name") && section.text("timm_model_name", "") != "")
        return readConvNext(std::move(section), embedDim);
    section.ignore({"timm_model_name"});
    if (section.isList("layers")) return readResNet(std::move(section), embedDim);
    return readVit(std::move(section), quickGelu);
}

TextConfig::Pool readTextPool(ConfigSection& section) {
    const std::string pool = section.text("pool_type", "argmax");
    if (pool == "argmax") return TextConfig::Pool::HighestId;
    if (pool == "eos") return TextConfig::Pool::EndToken;
    if (pool == "first") return TextConfig::Pool::First;
    if (pool != "last") section.unsupported("pool_type");
    return TextConfig::Pool::Last;
}

Result<TextConfig> readText(ConfigSection section, bool quickGelu) {
    TextConfig config;
    section.unsupportedUnless("hf_model_name", "");
    section.unsupportedUnless("embed_cls", false);
    config.transformer = readTransformer(section, 512, quickGelu);
    config.transformer.heads = section.integer("heads", 8, 1, kMostWidth);
    if (config.transformer.width % config.transformer.heads != 0)
        section.fail("heads", fmt::format("is {}, which does not divide the width {}", config.transformer.heads,
                                          config.transformer.width));
    config.contextLength = section.integer("context_length", 77, 2, kMostContext);
    config.vocabularySize = section.integer("vocab_size", 49408, 3, kMostVocabulary);
    config.causal = !section.flag("no_causal_mask", false);
    config.pool = readTextPool(section);
    config.endToken = section.integer("eos_id", 2, 0, kMostVocabulary);
    config.projectionBias = section.flag("proj_bias", false);
    const std::string projection = section.text("proj_type", "linear");
    if (projection != "linear") section.unsupportedUnless("proj_type", "none");
    config.projection = projection != "none";
    section.ignore({"hf_tokenizer_name", "tokenizer_mode", "tokenizer_kwargs", "pad_id", "final_ln_after_pool",
                    "hf_model_pretrained", "hf_proj_type", "hf_pooler_type"});
    if (const Status status = section.finish(); !status) return failFrom(status);
    return config;
}

Result<image::Preprocess> readPreprocess(ConfigSection section, int imageSize) {
    image::Preprocess preprocess;
    float mean[3] = {preprocess.mean[0], preprocess.mean[1], preprocess.mean[2]};
    float deviation[3] = {preprocess.std[0], preprocess.std[1], preprocess.std[2]};
    section.triple("mean", mean, -1e6);
    section.triple("std", deviation, 1e-6);
    std::copy(mean, mean + 3, preprocess.mean.begin());
    std::copy(deviation, deviation + 3, preprocess.std.begin());
    const std::string interpolation = section.text("interpolation", "bicubic");
    if (interpolation != "bilinear") section.unsupportedUnless("interpolation", "bicubic");
    if (interpolation == "bilinear") preprocess.interpolation = image::Interpolation::Bilinear;
    const std::string mode = section.text("resize_mode", "shortest");
    if (mode != "squash") section.unsupportedUnless("resize_mode", "shortest");
    if (mode == "squash") preprocess.mode = image::ResizeMode::Squash;
    section.unsupportedUnless("mode", "RGB");
    // open_clip takes the size from the model and drops keys it does not know.
    preprocess.size = preprocess.resizeTo = imageSize;
    if (const Status status = section.problem(); !status) return failFrom(status);
    return preprocess;
}

Result<ClipConfig> readModel(ConfigSection section) {
    ClipConfig config;
    config.embedDim = section.integer("embed_dim", std::nullopt, 1, kMostWidth);
    const bool quickGelu = section.flag("quick_gelu", false);
    config.customText = section.flag("custom_text", false);
    config.logitBias = section.has("init_logit_bias");
    config.scalarLogitScale = !section.flag("nonscalar_logit_scale", false);
    section.ignore({"init_logit_bias", "init_logit_scale", "output_dict", "cast_dtype"});
    section.unsupportedUnless("multimodal_cfg", io::Json::object());
    ConfigSection visionSection = section.section("vision_cfg", /*required=*/true);
    ConfigSection textSection = section.section("text_cfg", /*required=*/true);
    if (const Status status = section.finish(); !status) return failFrom(status);
    auto vision = readVision(std::move(visionSection), quickGelu, config.embedDim);
    if (!vision) return failFrom(vision);
    auto text = readText(std::move(textSection), quickGelu);
    if (!text) return failFrom(text);
    config.vision = *vision;
    config.text = *text;
    return config;
}

}  // namespace

std::string ClipConfig::describe() const {
    return "open_clip " + model::describe(vision);
}

std::string ClipConfig::canonical() const {
    return fmt::format("open_clip embed {} {} | vision {} | text {} causal {} pool {} end {}", embedDim, activation(),
                       model::canonical(vision), text.transformer.canonical(), text.causal, static_cast<int>(text.pool),
                       text.endToken);
}

Result<ClipConfig> parseClipConfig(const io::Json& json, const std::filesystem::path& path) {
    if (!json.is_object()) return fail(ErrorCode::BadFile, path.string() + ": not a JSON object");
    if (!json.contains("model_cfg")) return fail(ErrorCode::BadFile, path.string() + ": model_cfg is missing");
    auto config = readModel({json.at("model_cfg"), path.string() + ": model_cfg"});
    if (!config) return config;
    const io::Json preprocess = json.contains("preprocess_cfg") ? json.at("preprocess_cfg") : io::Json::object();
    auto read = readPreprocess({preprocess, path.string() + ": preprocess_cfg"}, imageSizeOf(config->vision));
    if (!read) return failFrom(read);
    config->preprocess = *read;
    return config;
}

TensorShapes expectedTensors(const ClipConfig& config) {
    TensorShapes shapes;
    for (auto& [name, shape] : expectedTensors(config.vision))
        shapes["visual." + name] = shape;
    if (config.separateProjection()) shapes["visual.proj"] = {widthOf(config.vision), config.embedDim};

    const TextConfig& text = config.text;
    const std::string prefix = config.textPrefix();
    const std::int64_t textWidth = text.transformer.width;
    shapes[prefix + "token_embedding.weight"] = {text.vocabularySize, textWidth};
    shapes[prefix + "positional_embedding"] = {text.contextLength, textWidth};
    addTransformer(shapes, prefix, text.transformer);
    addNorm(shapes, prefix + "ln_final", textWidth);
    if (text.projection && text.projectionBias) {
        shapes[prefix + "text_projection.weight"] = {config.embedDim, textWidth};
        shapes[prefix + "text_projection.bias"] = {config.embedDim};
    } else if (text.projection) {
        shapes[prefix + "text_projection"] = {textWidth, config.embedDim};
    }
    shapes["logit_scale"] = config.scalarLogitScale ? std::vector<std::int64_t>{} : std::vector<std::int64_t>{1};
    if (config.logitBias) shapes["logit_bias"] = shapes["logit_scale"];
    return shapes;
}

}  // namespace oodscope::model
