// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/state_dict.h"

#include <array>
#include <string_view>

namespace oodscope::model {
namespace {

/// In order of preference where a file holds several: timm's for averaged and plain weights, then DINO, iBOT and MSN
/// (the teacher or target is what they evaluate), Lightning, DataParallel, torch.compile.
constexpr std::array<std::string_view, 13> kWrappers{
    "state_dict_ema.", "model_ema.", "ema_state_dict.", "state_dict.", "model_state_dict.", "model_state.", "teacher.",
    "target_encoder.", "student.",   "model.",          "net.",        "module.",           "_orig_mod.",
};
constexpr std::array<std::string_view, 3> kSizes{"input_resolution", "context_length", "vocab_size"};
constexpr std::array<std::string_view, 2> kMasks{"attn_mask", "text.attn_mask"};
constexpr int kDeepest = 6;

using Tensors = std::map<std::string, io::TensorView, std::less<>>;

bool hasPrefix(const Tensors& tensors, std::string_view prefix) {
    const auto found = tensors.lower_bound(prefix);
    return found != tensors.end() && found->first.starts_with(prefix);
}

std::string_view wrapperOf(const Tensors& tensors) {
    for (const std::string_view wrapper : kWrappers) {
        if (hasPrefix(tensors, wrapper)) return wrapper;
    }
    return {};
}

Tensors inside(const Tensors& tensors, std::string_view prefix) {
    Tensors kept;
    for (auto it = tensors.lower_bound(prefix); it != tensors.end() && it->first.starts_with(prefix); ++it)
        kept.emplace_hint(kept.end(), it->first.substr(prefix.size()), it->second);
    return kept;
}

}  // namespace

StateDict unwrapStateDict(const io::TensorFile& file) {
    StateDict result{file, {}};
    Tensors& tensors = result.file.tensors;
    for (int depth = 0; depth < kDeepest; ++depth) {
        const std::string_view wrapper = wrapperOf(tensors);
        if (wrapper.empty()) break;
        tensors = inside(tensors, wrapper);
        result.inside += wrapper;
    }
    if (!result.inside.empty()) result.inside.pop_back();
    for (const std::string_view size : kSizes) {
        if (const auto found = tensors.find(size); found != tensors.end() && found->second.shape.empty())
            tensors.erase(found);
    }
    for (const std::string_view mask : kMasks) {
        const auto found = tensors.find(mask);
        if (found == tensors.end()) continue;
        const auto& shape = found->second.shape;
        if (shape.size() == 2 && shape[0] == shape[1]) tensors.erase(found);
    }
    return result;
}

}  // namespace oodscope::model
