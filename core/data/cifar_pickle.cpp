// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/cifar_pickle.h"

#include <optional>
#include <utility>

#include "core/base/files.h"
#include "core/data/cifar.h"
#include "core/io/mapped_file.h"
#include "core/io/pickle_reader.h"
#include "core/io/pickled_array.h"

namespace oodscope::data {
namespace {

using io::PickleValue;

constexpr int kSide = 32;
constexpr std::int64_t kPixelBytes = std::int64_t{kSide} * kSide * 3;

/// What the pixels lie in.
struct OpenPickle {
    io::MappedFile mapped;
    std::unique_ptr<const io::PickleDocument> document;
};

/// A byte string: Python 2 wrote its str, which may be read as text, where Python 3 writes bytes.
std::optional<std::span<const std::byte>> rawOf(const PickleValue& value) {
    if (const auto bytes = value.bytes()) return bytes;
    if (const auto text = value.text()) return std::as_bytes(std::span(text->data(), text->size()));
    return std::nullopt;
}

std::string_view viewOf(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The entry of a dict whose key is `name` as text or as bytes; null: none.
const PickleValue* entryOf(const PickleValue& dict, std::string_view name) {
    for (const auto& [key, value] : dict.entries()) {
        const auto raw = rawOf(*key);
        if (raw && viewOf(*raw) == name) return value;
    }
    return nullptr;
}

/// The bytes of a numpy array [N, 3072] of uint8; nothing: it is something else.
std::optional<std::span<const std::byte>> pixelsOf(const PickleValue& value) {
    const auto array = io::arrayIn(value);
    const bool fits =
        array && array->dtype == io::DType::U8 && array->shape.size() == 2 && array->shape[1] == kPixelBytes;
    return fits ? std::optional(array->bytes) : std::nullopt;
}

std::optional<std::vector<std::int64_t>> integersOf(const PickleValue* list) {
    if (list == nullptr || list->kind() != PickleValue::Kind::List) return std::nullopt;
    std::vector<std::int64_t> values;
    for (const PickleValue* item : list->items()) {
        const auto value = item->integer();
        if (!value) return std::nullopt;
        values.push_back(*value);
    }
    return values;
}

}  // namespace

Result<PixelArrayPtr> openPickledCifar(const fs::path& file, int classes) {
    const auto wrong = [&](const std::string& reason) {
        return fail(ErrorCode::BadFile, file.string() + ": " + reason);
    };
    auto mapped = io::mapFile(file);
    if (!mapped) return failFrom(mapped);
    auto document = io::readPickle(mapped->bytes);
    if (!document) return wrong(document.error().message);
    auto open = std::make_shared<OpenPickle>(OpenPickle{std::move(*mapped), std::move(*document)});
    const PickleValue& root = *open->document->root;
    const std::string labelKey = classes == 10 ? "labels" : "fine_labels";
    const PickleValue* const data = entryOf(root, "data");
    if (data == nullptr) return wrong("no batch of CIFAR: the pickle has no \"data\"");
    const auto pixels = pixelsOf(*data);
    if (!pixels) return wrong("no batch of CIFAR: its \"data\" is no numpy array (N, 3072) of uint8");
    const auto labels = integersOf(entryOf(root, labelKey));
    if (!labels) return wrong("no batch of CIFAR-" + std::to_string(classes) + ": no list \"" + labelKey + "\"");
    if (pixels->empty()) return wrong("holds no images");
    auto array = std::make_shared<PixelArray>();
    array->name = file.string();
    array->data = pixels->data();
    array->stride = static_cast<std::size_t>(kPixelBytes);
    array->count = pixels->size() / array->stride;
    array->height = array->width = kSide;
    array->planar = true;
    array->owner = std::move(open);
    if (auto good = setLabels(*array, *labels, cifarClassNames(classes)); !good) return failFrom(good);
    return PixelArrayPtr(std::move(array));
}

}  // namespace oodscope::data
