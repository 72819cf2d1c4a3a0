// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <new>
#include <string>

#include "core/io/torch_file.h"

namespace oodscope::io {
namespace {

constexpr int kDeepest = 64;
constexpr std::size_t kVisitsBeyond = std::size_t{1} << 20;
constexpr std::size_t kMostNameBytes = std::size_t{64} << 20;
/// Training state beside the weights: MSN, Lightning, timm, MAE and others.
constexpr std::array<std::string_view, 8> kNoWeights{"optimizer",        "optimizers",   "optimizer_state_dict",
                                                     "optimizer_states", "opt",          "scaler",
                                                     "lr_scheduler",     "lr_schedulers"};

/// Walks over the values below a root. A hostile file can nest values in themselves or share them so often that a
/// walk would never end: depth, visits and the length of all names are limited.
class Flattener {
public:
    Flattener(const PickleDocument& document, std::map<std::string, TensorView, std::less<>>& tensors)
        : m_tensors(tensors), m_visitsLeft(document.values.size() + kVisitsBeyond) {}

    Status visit(const PickleValue& value, int depth = 0) {
        if (depth > kDeepest) return fail(ErrorCode::BadFile, "its values are nested too deep");
        if (m_visitsLeft-- == 0) return fail(ErrorCode::BadFile, "its values are shared too often");
        if (const TensorView* tensor = value.tensor()) return add(*tensor);
        if (const PickleValue::Object* object = value.object()) return visitObject(*object, depth);
        if (const Status items = visitItems(value.items(), depth); !items) return items;
        return visitEntries(value.entries(), depth);
    }

private:
    static bool mayHoldTensors(const PickleValue& value) {
        const auto kind = value.kind();
        using Kind = PickleValue::Kind;
        return kind == Kind::Tensor || kind == Kind::Dict || kind == Kind::List || kind == Kind::Tuple ||
               kind == Kind::Opaque;
    }

    Status add(const TensorView& tensor) {
        const std::string& name = m_name.empty() ? "tensor" : m_name;
        m_nameBytes += name.size();
        if (m_nameBytes > kMostNameBytes) return fail(ErrorCode::BadFile, "its tensors' names are too long");
        if (!m_tensors.emplace(name, tensor).second)
            return fail(ErrorCode::BadFile, "tensor " + quotedName(name) + " is there twice");
        return {};
    }

    Status visitNamed(std::string_view name, const PickleValue& value, int depth) {
        if (!mayHoldTensors(value)) return {};
        const std::size_t length = m_name.size();
        if (length > 0) m_name += '.';
        m_name += name;
        const Status done = visit(value, depth + 1);
        m_name.resize(length);
        return done;
    }

    Status visitItems(PickleItems items, int depth) {
        for (std::size_t i = 0; i < items.size(); ++i) {
            if (const Status done = visitNamed(std::to_string(i), *items[i], depth); !done) return done;
        }
        return {};
    }

    Status visitEntries(PickleEntries entries, int depth) {
        for (const auto& [key, value] : entries) {
            const auto text = key->text();
            if (text && depth == 0 && std::ranges::find(kNoWeights, *text) != kNoWeights.end()) continue;
            const auto number = key->integer();
            if (!text && !number) continue;
            const Status done = visitNamed(text ? std::string(*text) : std::to_string(*number), *value, depth);
            if (!done) return done;
        }
        return {};
    }

    /// A pickled nn.Module keeps its tensors and its parts in dicts of their own, which its names do not show.
    Status visitObject(const PickleValue::Object& object, int depth) {
        if (const Status items = visitItems(object.items, depth); !items) return items;
        if (const Status entries = visitEntries(object.entries, depth); !entries) return entries;
        if (object.state == nullptr) return {};
        if (object.state->find("_modules") == nullptr) return visitEntries(object.state->entries(), depth);
        for (const std::string_view part : {"_parameters", "_buffers", "_modules"}) {
            const PickleValue* inside = object.state->find(part);
            if (inside == nullptr) continue;
            if (const Status done = visitEntries(inside->entries(), depth); !done) return done;
        }
        return {};
    }

    std::map<std::string, TensorView, std::less<>>& m_tensors;
    std::string m_name;
    std::size_t m_nameBytes = 0;
    std::size_t m_visitsLeft;
};

}  // namespace

Result<TensorFile> flattenTensors(const TorchFile& file) {
    TensorFile result{file.path, {}, {}};
    Status done = fail(ErrorCode::OutOfMemory, "not enough memory for the names of its tensors");
    try {
        done = Flattener(*file.document, result.tensors).visit(file.root());
    } catch (const std::bad_alloc&) {
    }
    if (!done) return fail(done.error().code, file.path.string() + ": " + done.error().message);
    return result;
}

}  // namespace oodscope::io
