// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/convnext_spec.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/model/tensor_shapes.h"

namespace oodscope::model {
namespace {

using Layout = ConvNextSpec::Layout;

constexpr int kMlpRatio = 4;
constexpr int kDepthwiseKernel = 7;
constexpr int kStemKernel = 4;
constexpr int kDownKernel = 2;
constexpr int kMostBlocks = 1024;

std::optional<Layout> layoutOf(const TensorShapes& shapes) {
    ConvNextSpec spec;
    for (const Layout layout : {Layout::Timm, Layout::OpenClip, Layout::Facebook, Layout::Torchvision}) {
        spec.layout = layout;
        const ConvNextNames names(spec);
        if (shapes.contains(names.convolution(0) + ".weight") &&
            shapes.contains(names.block(0, 0).depthwise + ".weight"))
            return layout;
    }
    return {};
}

// timm gives its largest model another epsilon, which shows in no tensor.
bool isXxlarge(const ConvNextSpec& spec) {
    return spec.depths == std::array{3, 4, 30, 3} && spec.widths[0] == 384;
}

void addConvolution(TensorShapes& shapes, const std::string& name, std::int64_t out, std::int64_t in, int kernel) {
    shapes[name + ".weight"] = {out, in, kernel, kernel};
    shapes[name + ".bias"] = {out};
}

void addHead(TensorShapes& shapes, const ConvNextSpec& spec) {
    const ConvNextNames names(spec);
    int width = spec.widths.back();
    addNorm(shapes, names.finalNorm(), width);
    if (spec.hiddenWidth > 0) addLinear(shapes, names.hidden(), spec.hiddenWidth, width);
    if (spec.hiddenWidth > 0) width = spec.hiddenWidth;
    if (spec.outputWidth > 0) addLinear(shapes, names.output(), spec.outputWidth, width, spec.outputBias);
}

}  // namespace

int ConvNextSpec::width() const {
    if (outputWidth > 0) return outputWidth;
    return hiddenWidth > 0 ? hiddenWidth : widths.back();
}

std::string ConvNextSpec::describe() const {
    return fmt::format("ConvNeXt {} blocks, width {}", fmt::join(depths, "-"), widths[0]);
}

std::string ConvNextSpec::canonical() const {
    return fmt::format("convnext depths {} widths {} eps {} image {} scale {} norm {} hidden {} output {}",
                       fmt::join(depths, "-"), fmt::join(widths, "-"), epsilon, imageSize, layerScale, finalNorm,
                       hiddenWidth, outputWidth);
}

// Part 0 or 1 of what lies before a stage.
std::string ConvNextNames::entry(int stage, int part) const {
    switch (m_layout) {
        case Layout::Facebook:
            return fmt::format("downsample_layers.{}.{}", stage, part);
        case Layout::Torchvision:
            return fmt::format("features.{}.{}", 2 * stage, part);
        case Layout::OpenClip:
        case Layout::Timm:
            break;
    }
    const char* trunk = m_layout == Layout::OpenClip ? "trunk." : "";
    if (stage == 0) return fmt::format("{}stem.{}", trunk, part);
    return fmt::format("{}stages.{}.downsample.{}", trunk, stage, part);
}

std::string ConvNextNames::convolution(int stage) const {
    return entry(stage, stage == 0 ? 0 : 1);
}

std::string ConvNextNames::norm(int stage) const {
    return entry(stage, stage == 0 ? 1 : 0);
}

ConvNextNames::Block ConvNextNames::block(int stage, int index) const {
    if (m_layout == Layout::Facebook) {
        const std::string prefix = fmt::format("stages.{}.{}.", stage, index);
        return {prefix + "dwconv", prefix + "norm", prefix + "pwconv1", prefix + "pwconv2", prefix + "gamma"};
    }
    if (m_layout == Layout::Torchvision) {
        const std::string prefix = fmt::format("features.{}.{}.", 2 * stage + 1, index);
        return {prefix + "block.0", prefix + "block.2", prefix + "block.3", prefix + "block.5", prefix + "layer_scale"};
    }
    const std::string prefix =
        fmt::format("{}stages.{}.blocks.{}.", m_layout == Layout::OpenClip ? "trunk." : "", stage, index);
    return {prefix + "conv_dw", prefix + "norm", prefix + "mlp.fc1", prefix + "mlp.fc2", prefix + "gamma"};
}

std::string ConvNextNames::finalNorm() const {
    switch (m_layout) {
        case Layout::Facebook:
            return "norm";
        case Layout::Torchvision:
            return "classifier.0";
        case Layout::OpenClip:
            return "trunk.head.norm";
        case Layout::Timm:
            break;
    }
    return "head.norm";
}

std::string ConvNextNames::hidden() const {
    return m_layout == Layout::OpenClip ? "head.mlp.fc1" : "head.pre_logits.fc";
}

std::string ConvNextNames::output() const {
    return m_hidden ? "head.mlp.fc2" : "head.proj";
}

std::string ConvNextNames::classHead() const {
    if (m_layout == Layout::Torchvision) return "classifier.2";
    return m_layout == Layout::Facebook ? "head" : "head.fc";
}

TensorShapes expectedTensors(const ConvNextSpec& spec) {
    TensorShapes shapes;
    const ConvNextNames names(spec);
    for (int stage = 0; stage < 4; ++stage) {
        const std::int64_t width = spec.widths[stage];
        const std::int64_t before = stage == 0 ? 3 : spec.widths[stage - 1];
        addConvolution(shapes, names.convolution(stage), width, before, stage == 0 ? kStemKernel : kDownKernel);
        addNorm(shapes, names.norm(stage), stage == 0 ? width : before);
        for (int index = 0; index < spec.depths[stage]; ++index) {
            const ConvNextNames::Block block = names.block(stage, index);
            addConvolution(shapes, block.depthwise, width, 1, kDepthwiseKernel);
            addNorm(shapes, block.norm, width);
            addLinear(shapes, block.expand, kMlpRatio * width, width);
            addLinear(shapes, block.reduce, width, kMlpRatio * width);
            if (!spec.layerScale) continue;
            shapes[block.scale] = {width};
            if (spec.layout == Layout::Torchvision) shapes[block.scale] = {width, 1, 1};
        }
    }
    addHead(shapes, spec);
    return shapes;
}

std::optional<ConvNextSpec> recogniseConvNext(const TensorShapes& shapes) {
    const auto layout = layoutOf(shapes);
    if (!layout) return {};
    ConvNextSpec spec;
    spec.layout = *layout;
    const ConvNextNames names(spec);
    for (int stage = 0; stage < 4; ++stage) {
        spec.widths[stage] = rowsOf(shapes, names.convolution(stage) + ".weight");
        while (spec.depths[stage] < kMostBlocks &&
               shapes.contains(names.block(stage, spec.depths[stage]).depthwise + ".weight"))
            ++spec.depths[stage];
    }
    if (isXxlarge(spec)) spec.epsilon = 1e-5;
    spec.layerScale = shapes.contains(names.block(0, 0).scale);
    spec.hiddenWidth = rowsOf(shapes, names.hidden() + ".weight");
    if (spec.layout != Layout::OpenClip) return spec;
    const std::string output = ConvNextNames(spec).output();
    spec.outputWidth = rowsOf(shapes, output + ".weight");
    spec.outputBias = shapes.contains(output + ".bias");
    return spec;
}

}  // namespace oodscope::model
