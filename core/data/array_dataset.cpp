// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/array_dataset.h"

#include "core/base/files.h"
#include "core/data/containers.h"
#include "core/data/folder_walk.h"
#include "core/data/image_location.h"

namespace oodscope::data {

void addRecords(Dataset& dataset, const std::string& container, const PixelArray& array) {
    std::vector<FoundFile> file(1);
    file.front().path = fs::path(array.name).filename().string();
    describeFiles(dataset.root, file);
    dataset.samples.reserve(dataset.samples.size() + array.count);
    for (std::size_t i = 0; i < array.count; ++i)
        dataset.samples.push_back(Sample{recordName(container, i), array.labels.empty() ? -1 : array.labels[i],
                                         file.front().bytes, file.front().modifiedNs});
}

Result<Dataset> openArrayDataset(const fs::path& file, const std::string& part) {
    const auto array = openContainer(file, part);
    if (!array) return failFrom(array);
    const std::string suffix = part.empty() ? "" : "#" + part;
    Dataset dataset;
    dataset.name = part.empty() ? file.stem().string() : file.stem().string() + " " + part;
    dataset.source = file.string() + suffix;
    dataset.root = file.parent_path();
    dataset.classNames = (*array)->classNames;
    addRecords(dataset, file.filename().string() + suffix, **array);
    return dataset;
}

}  // namespace oodscope::data
