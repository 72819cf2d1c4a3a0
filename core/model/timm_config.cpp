// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/timm_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/model/config_section.h"

namespace oodscope::model {
namespace {

constexpr int kMostImageSize = 2048;
constexpr int kMostWidth = 16384;
constexpr int kMostLayers = 256;
// Variants whose tensors have the names and shapes of the plain model but another forward pass: parallel or
// post-normalised blocks, attention without a key bias, pooling by attention, rotary positions, blurred strides.
constexpr std::array kOtherForwardPass{"_rpn",    "_xp_",   "x1_",  "x2_",  "_miil", "_map_",    "_rope",     "siglip",
                                       "_radio", "intern", "_aim", "tips", "eva",   "resnetaa", "resnetblur"};

image::Preprocess readTimmPreprocess(ConfigSection& section) {
    image::Preprocess preprocess;
    float mean[3] = {0.485F, 0.456F, 0.406F};
    float deviation[3] = {0.229F, 0.224F, 0.225F};
    section.triple("mean", mean, -1e6);
    section.triple("std", deviation, 1e-6);
    std::copy(mean, mean + 3, preprocess.mean.begin());
    std::copy(deviation, deviation + 3, preprocess.std.begin());
    const std::string interpolation = section.text("interpolation", "bicubic");
    if (interpolation != "bilinear") section.unsupportedUnless("interpolation", "bicubic");
    if (interpolation == "bilinear") preprocess.interpolation = image::Interpolation::Bilinear;
    const std::string crop = section.text("crop_mode", "center");
    if (crop != "squash") section.unsupportedUnless("crop_mode", "center");
    if (crop == "squash") preprocess.mode = image::ResizeMode::Squash;
    return preprocess;
}

// "input_size": [3, H, W].
int readInputSize(ConfigSection& section, const io::Json& json) {
    const auto size = json.find("input_size");
    const bool good = size != json.end() && size->is_array() && size->size() == 3 && (*size)[1].is_number_integer() &&
                      (*size)[1] == (*size)[2] && (*size)[1] >= 1 && (*size)[1] <= kMostImageSize;
    if (good) return (*size)[1].get<int>();
    section.fail("input_size",
                 size == json.end() ? "is missing" : fmt::format("is {}, expected [3, S, S]", size->dump()));
    return 1;
}

}  // namespace

bool looksLikeTimmConfig(const io::Json& json) {
    return json.is_object() && json.contains("architecture");
}

Result<TimmConfig> parseTimmConfig(const io::Json& json, const std::filesystem::path& path) {
    if (!looksLikeTimmConfig(json))
        return fail(ErrorCode::BadFile, path.string() + ": no \"architecture\"; not the configuration of a timm model");
    const bool nested = json.contains("pretrained_cfg");
    const io::Json& pretrained = nested ? json.at("pretrained_cfg") : json;
    ConfigSection section(pretrained, nested ? path.string() + ": pretrained_cfg" : path.string());
    ConfigSection top(json, path.string());
    TimmConfig config;
    config.hints.architecture = top.text("architecture", "");
    ConfigSection arguments = top.section("model_args", /*required=*/false);
    config.hints.width = arguments.integer("embed_dim", 0, 0, kMostWidth);
    config.hints.layers = arguments.integer("depth", 0, 0, kMostLayers);
    config.hints.heads = arguments.integer("num_heads", 0, 0, kMostWidth);
    for (const Status& status : {top.problem(), arguments.problem()}) {
        if (!status) return failFrom(status);
    }
    for (const char* part : kOtherForwardPass) {
        if (config.hints.architecture.find(part) != std::string::npos) {
            top.unsupported("architecture");
            return failFrom(top.problem());
        }
    }
    config.preprocess = readTimmPreprocess(section);
    const double crop = section.number("crop_pct", 0.875, 0.1, 1.0);
    const int size = pretrained.is_object() ? readInputSize(section, pretrained) : 1;
    if (const Status status = section.problem(); !status) return failFrom(status);
    config.preprocess.size = size;
    // As timm computes it: floor(size / crop_pct), of the short side.
    config.preprocess.resizeTo = static_cast<int>(std::floor(size / crop));
    return config;
}

}  // namespace oodscope::model
