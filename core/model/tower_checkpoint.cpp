// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/tower_checkpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "core/model/checkpoint.h"
#include "core/model/conv_checkpoint.h"
#include "core/model/vit_checkpoint.h"

namespace oodscope::model {
namespace {

// Tensors of first layers: what stands before them is the prefix of the whole tower.
constexpr std::array kAnchors{"patch_embed.proj.weight",
                              "stages.0.blocks.0.conv_dw.weight",
                              "trunk.stages.0.blocks.0.conv_dw.weight",
                              "downsample_layers.0.0.weight",
                              "features.0.0.weight",
                              "layer1.0.conv1.weight"};
// Of several copies of a tower, those that the authors do not evaluate.
constexpr std::array kSecondChoice{"momentum_encoder.", "student.", "encoder_k."};
// What may stand beside a tower with a prefix.
constexpr std::array kBeside{"module.momentum_encoder.",
                             "momentum_encoder.",
                             "module.predictor.",
                             "predictor.",
                             "module.head.",
                             "head.",
                             "student.",
                             "teacher.head."};

bool startsWithAny(std::string_view name, std::span<const char* const> prefixes) {
    return std::ranges::any_of(prefixes, [&](const char* prefix) { return name.starts_with(prefix); });
}

bool isSecondChoice(std::string_view prefix) {
    return std::ranges::any_of(kSecondChoice,
                               [&](const char* part) { return prefix.find(part) != std::string_view::npos; });
}

// Nothing where no tensor looks like a first layer.
std::optional<std::string> prefixOf(const io::TensorFile& file) {
    std::optional<std::string> best;
    const auto better = [](const std::string& a, const std::string& b) {
        if (isSecondChoice(a) != isSecondChoice(b)) return isSecondChoice(b);
        return a.size() < b.size();
    };
    for (const auto& [name, view] : file.tensors) {
        for (const char* anchor : kAnchors) {
            if (!name.ends_with(anchor)) continue;
            const std::string prefix = name.substr(0, name.size() - std::string_view(anchor).size());
            const bool whole = prefix.empty() || prefix.ends_with('.');
            if (whole && (!best || better(prefix, *best))) best = prefix;
        }
    }
    return best;
}

std::string someNames(const io::TensorFile& file) {
    std::string names;
    for (const auto& [name, view] : file.tensors) {
        names.append(names.empty() ? "" : ", ").append(io::quotedName(name));
        if (names.size() > 100) break;
    }
    return names.empty() ? "it is empty" : "it holds " + names;
}

}  // namespace

TensorShapes shapesOf(const io::TensorFile& file) {
    TensorShapes shapes;
    for (const auto& [name, view] : file.tensors)
        shapes[name] = view.shape;
    return shapes;
}

std::vector<std::int64_t> shapeOf(const io::TensorFile& file, std::string_view name) {
    const auto found = file.tensors.find(name);
    return found == file.tensors.end() ? std::vector<std::int64_t>() : found->second.shape;
}

int countBlocks(const io::TensorFile& file, std::string_view prefix) {
    int count = 0;
    for (auto it = file.tensors.lower_bound(prefix); it != file.tensors.end() && it->first.starts_with(prefix); ++it) {
        int number = 0;
        const char* begin = it->first.data() + prefix.size();
        const char* end = it->first.data() + it->first.size();
        const auto [stop, error] = std::from_chars(begin, end, number);
        if (error == std::errc() && stop != end && *stop == '.') count = std::max(count, number + 1);
    }
    return count;
}

Result<TowerCheckpoint> fitLayout(const io::TensorFile& file, VisionSpec spec, const Layout& layout,
                                  const std::function<bool(std::string_view)>& ignorable) {
    TowerCheckpoint fitted{std::move(spec), {file.path, {}, file.metadata}, {file.path, {}, {}}, {}};
    io::TensorFile needed{file.path, {}, {}};
    for (const auto& [name, view] : file.tensors) {
        if (!layout.contains(name) && ignorable(name))
            fitted.ignored.push_back(name);
        else
            needed.tensors.emplace(name, view);
    }
    TensorShapes shapes;
    for (const auto& [name, place] : layout)
        shapes[name] = place.shape;
    if (const Status status = compareTensors(needed, shapes, describe(fitted.spec)); !status) return failFrom(status);
    const TensorShapes canonical = expectedTensors(fitted.spec);
    for (auto& [name, view] : needed.tensors) {
        const std::string& renamed = layout.find(name)->second.canonical;
        view.shape = canonical.at(renamed);
        fitted.tensors.tensors.emplace(renamed, std::move(view));
    }
    return fitted;
}

Status addClassHead(TowerCheckpoint& fitted, const io::TensorFile& file, const std::string& module) {
    const std::string names[] = {module + ".weight", module + ".bias"};
    const auto weight = file.tensors.find(names[0]);
    if (weight == file.tensors.end()) return {};
    const auto bias = file.tensors.find(names[1]);
    const auto& shape = weight->second.shape;
    const bool fits = shape.size() == 2 && shape[1] == widthOf(fitted.spec) && bias != file.tensors.end() &&
                      bias->second.shape == std::vector{shape[0]};
    if (!fits)
        return fail(ErrorCode::BadFile, fmt::format("{}: {} and {} are not a class head on {} features",
                                                    file.path.string(), names[0], names[1], widthOf(fitted.spec)));
    fitted.head.tensors["weight"] = weight->second;
    fitted.head.tensors["bias"] = bias->second;
    fitted.head.tensors["bias"].shape = {1, shape[0]};
    std::erase_if(fitted.ignored, [&](const std::string& name) { return name == names[0] || name == names[1]; });
    return {};
}

Result<TowerCheckpoint> fitTower(const io::TensorFile& file, const TowerHints& hints) {
    const auto prefix = prefixOf(file);
    if (!prefix)
        return fail(ErrorCode::Unsupported,
                    fmt::format("{}: not a model that this program knows: {}", file.path.string(), someNames(file)));
    io::TensorFile tower{file.path, {}, file.metadata};
    for (const auto& [name, view] : file.tensors) {
        if (name.starts_with(*prefix))
            tower.tensors.emplace(name.substr(prefix->size()), view);
        else if (!startsWithAny(name, kBeside))
            return fail(ErrorCode::BadFile, fmt::format("{}: unexpected tensor {} beside those of \"{}\"",
                                                        file.path.string(), io::quotedName(name), *prefix));
    }
    TowerHints known = hints;
    if (known.architecture.empty() && prefix->find("base_encoder.") != std::string::npos) known.architecture = "mocov3";
    for (const auto fit : {fitVit, fitConvNext, fitResNet}) {
        if (auto fitted = fit(tower, known)) return std::move(*fitted);
    }
    return fail(ErrorCode::Unsupported,
                fmt::format("{}: not a model that this program knows: {}", file.path.string(), someNames(file)));
}

}  // namespace oodscope::model
