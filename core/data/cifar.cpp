// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/cifar.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/files.h"
#include "core/data/array_dataset.h"
#include "core/data/cifar_pickle.h"
#include "core/io/mapped_file.h"

namespace oodscope::data {
namespace {

constexpr int kSide = 32;
constexpr std::size_t kPixelBytes = std::size_t{kSide} * kSide * 3;

const std::vector<CifarLayout>& layouts() {
    static const std::vector<CifarLayout> kLayouts{
        {10,
         false,
         {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"},
         "test_batch.bin"},
        {100, false, {"train.bin"}, "test.bin"},
        {10, true, {"data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5"}, "test_batch"},
        {100, true, {"train"}, "test"}};
    return kLayouts;
}

bool hasFile(const CifarLayout& layout, std::string_view name) {
    return name == layout.test || std::ranges::find(layout.train, name) != layout.train.end();
}

/// "train" and "test" alone are too common as names: a file that only CIFAR-100 has must stand beside them.
bool hasCompanion(const CifarLayout& layout, const FolderNames& names) {
    if (layout.classes == 10) return true;
    return layout.pickled ? names.hasFile("meta") : names.hasFile("fine_label_names.txt");
}

Result<PixelArrayPtr> openBinary(const fs::path& file, const CifarLayout& layout) {
    const auto mapped = io::mapFile(file);
    if (!mapped) return failFrom(mapped);
    const std::size_t labelBytes = layout.classes == 10 ? 1 : 2;  // CIFAR-100: coarse, then fine
    const std::size_t record = labelBytes + kPixelBytes;
    const std::size_t size = mapped->bytes.size();
    if (size == 0 || size % record != 0)
        return fail(ErrorCode::BadFile,
                    fmt::format("{}: {} bytes are no whole number of records of {}; was it cut short?", file.string(),
                                size, record));
    auto array = std::make_shared<PixelArray>();
    array->name = file.string();
    array->owner = mapped->owner;
    array->data = mapped->bytes.data() + labelBytes;
    array->count = size / record;
    array->stride = record;
    array->height = array->width = kSide;
    array->planar = true;
    std::vector<std::int64_t> labels(array->count);
    for (std::size_t i = 0; i < labels.size(); ++i)
        labels[i] = static_cast<std::int64_t>(mapped->bytes[i * record + labelBytes - 1]);
    if (auto good = setLabels(*array, labels, cifarClassNames(layout.classes)); !good) return failFrom(good);
    return PixelArrayPtr(std::move(array));
}

}  // namespace

const CifarLayout* cifarLayoutOf(const FolderNames& names) {
    for (const CifarLayout& layout : layouts()) {
        const bool hasBatch = std::ranges::any_of(names.otherFiles, [&](const auto& n) { return hasFile(layout, n); });
        if (hasBatch && hasCompanion(layout, names)) return &layout;
    }
    return nullptr;
}

const CifarLayout* cifarLayoutOfBatch(std::string_view fileName) {
    const auto found = std::ranges::find_if(layouts(), [&](const CifarLayout& l) { return hasFile(l, fileName); });
    return found == layouts().end() ? nullptr : &*found;
}

Result<PixelArrayPtr> openCifarBatch(const fs::path& file, const CifarLayout& layout) {
    return layout.pickled ? openPickledCifar(file, layout.classes) : openBinary(file, layout);
}

Result<Dataset> openCifarFolder(const fs::path& folder, const CifarLayout& layout, const std::string& part) {
    if (part != "train" && part != "test")
        return fail(
            ErrorCode::InvalidArgument,
            fmt::format("{}: CIFAR-{} has two parts{}; give {}#train or {}#test", folder.string(), layout.classes,
                        part.empty() ? "" : ", not '" + part + "'", folder.string(), folder.string()));
    Dataset dataset;
    dataset.name = fmt::format("CIFAR-{} {}", layout.classes, part);
    dataset.source = folder.string() + "#" + part;
    dataset.root = folder;
    for (const std::string& name : part == "test" ? std::vector<std::string>{layout.test} : layout.train) {
        const auto array = openCifarBatch(folder / name, layout);
        if (!array) return failFrom(array);
        addRecords(dataset, name, **array);
    }
    dataset.classNames = cifarClassNames(layout.classes);
    return dataset;
}

}  // namespace oodscope::data
