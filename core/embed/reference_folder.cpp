// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/embed/reference_folder.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <system_error>
#include <utility>

#include "core/base/files.h"
#include "core/base/text_util.h"
#include "core/io/open_tensor_file.h"
#include "core/io/safetensors.h"
#include "core/io/torch_archive_writer.h"

namespace oodscope::embed {
namespace {

constexpr std::string_view kStem = "embeddings";
constexpr std::string_view kBareTensor = "tensor";  // as flattenTensors calls the one that has no name

/// "embeddings-test.pt" → "-test"; nothing for another file.
std::optional<std::string> suffixOf(const fs::path& file) {
    const std::string name = file.filename().string();
    for (const char* suffix : {"", "-test"}) {
        if (name == std::string(kStem) + suffix + ".pt") return suffix;
    }
    return std::nullopt;
}

fs::path beside(const fs::path& embeddingsFile, const char* what) {
    return embeddingsFile.parent_path() / (what + suffixOf(embeddingsFile).value_or("") + ".pt");
}

bool isThere(const fs::path& path) {
    std::error_code ec;
    return fs::exists(path, ec);
}

std::string nameOf(const io::TensorFile& file, std::string_view inDict) {
    return std::string(file.tensors.contains(kBareTensor) ? kBareTensor : inDict);
}

Result<std::vector<float>> readNumbers(const fs::path& path, std::size_t width) {
    auto file = io::openTensorFile(path);
    if (!file) return failFrom(file);
    const auto found = file->tensors.find(kBareTensor);
    if (found == file->tensors.end()) return fail(ErrorCode::BadFile, path.string() + ": is no tensor");
    io::TensorView& view = found->second;
    if (view.shape != std::vector<std::int64_t>{static_cast<std::int64_t>(width)})
        return fail(ErrorCode::BadFile, path.string() + ": does not hold " + std::to_string(width) +
                                            " numbers, one for each dimension of the embeddings");
    view.shape.insert(view.shape.begin(), 1);
    const auto row = io::matrixFrom(*file, kBareTensor);
    if (!row) return failFrom(row);
    return std::vector<float>(row->values().begin(), row->values().end());
}

/// As torch's mean(dim=0) and std(dim=0): a constant dimension has 0, and one row alone no deviation (NaN).
ReferenceStats statsOf(const Matrix& matrix) {
    const std::size_t width = matrix.cols();
    const auto count = static_cast<double>(matrix.rows());
    std::vector<double> sum(width, 0.0), squares(width, 0.0);
    for (std::size_t i = 0; i < matrix.rows(); ++i) {
        for (std::size_t d = 0; d < width; ++d)
            sum[d] += static_cast<double>(matrix.at(i, d));
    }
    for (double& value : sum)
        value /= count;
    for (std::size_t i = 0; i < matrix.rows(); ++i) {
        for (std::size_t d = 0; d < width; ++d) {
            const double off = static_cast<double>(matrix.at(i, d)) - sum[d];
            squares[d] += off * off;
        }
    }
    ReferenceStats stats;
    for (std::size_t d = 0; d < width; ++d) {
        stats.mean.push_back(static_cast<float>(sum[d]));
        stats.std.push_back(count > 1 ? static_cast<float>(std::sqrt(squares[d] / (count - 1)))
                                      : std::numeric_limits<float>::quiet_NaN());
    }
    return stats;
}

}  // namespace

bool isReferenceFolder(const fs::path& folder) {
    return isThere(referenceFile(folder, Split::Train)) || isThere(referenceFile(folder, Split::Test));
}

fs::path referenceFile(const fs::path& folder, Split split) {
    return folder / (std::string(kStem) + (split == Split::Test ? "-test" : "") + ".pt");
}

fs::path referenceFolder(const fs::path& root, const std::string& dataset, const std::string& arch) {
    const auto flat = [](std::string name) {
        std::ranges::replace(name, '/', '_');
        return name;
    };
    return root / flat(dataset) / flat(arch);
}

Status addReferenceLabels(const fs::path& embeddingsFile, EmbeddingSet& set) {
    if (!suffixOf(embeddingsFile)) return {};
    std::error_code ec;
    const fs::path folder = fs::absolute(embeddingsFile, ec).lexically_normal().parent_path();
    if (const std::string dataset = folder.parent_path().filename().string(); !dataset.empty())
        set.datasetName = dataset;
    const fs::path labelFile = beside(embeddingsFile, "label");
    if (!isThere(labelFile)) return {};
    const auto file = io::openTensorFile(labelFile);
    if (!file) return failFrom(file);
    const auto labels = io::integersFrom(*file, nameOf(*file, "label"));
    if (!labels) return failFrom(labels);
    if (labels->size() != set.size())
        return fail(ErrorCode::BadFile, labelFile.string() + ": holds " + std::to_string(labels->size()) +
                                            " labels, but " + embeddingsFile.filename().string() + " has " +
                                            std::to_string(set.size()) + " rows");
    const auto bad = std::ranges::find_if(
        *labels, [](std::int64_t label) { return label < -1 || label > std::numeric_limits<std::int32_t>::max(); });
    if (bad != labels->end())
        return fail(ErrorCode::BadFile, labelFile.string() + ": label " + std::to_string(*bad) + " is no class");
    set.labels.assign(labels->begin(), labels->end());
    return {};
}

Result<std::optional<ReferenceStats>> readReferenceStats(const fs::path& embeddingsFile, std::size_t width) {
    const fs::path meanFile = beside(embeddingsFile, "mean"), stdFile = beside(embeddingsFile, "std");
    if (!suffixOf(embeddingsFile) || !isThere(meanFile) || !isThere(stdFile)) return std::nullopt;
    auto mean = readNumbers(meanFile, width);
    if (!mean) return failFrom(mean);
    auto std = readNumbers(stdFile, width);
    if (!std) return failFrom(std);
    return ReferenceStats{std::move(*mean), std::move(*std)};
}

std::vector<fs::path> referenceFiles(const fs::path& folder, Split split) {
    const fs::path embeddings = referenceFile(folder, split);
    return {embeddings, beside(embeddings, "label"), beside(embeddings, "mean"), beside(embeddings, "std")};
}

Status writeReferenceSplit(const EmbeddingSet& set, const fs::path& folder, Split split) {
    const std::vector<fs::path> files = referenceFiles(folder, split);
    if (set.size() == 0)
        return fail(ErrorCode::InvalidArgument, files[0].string() + ": there are no embeddings to write");
    if (auto written = io::writeTorchTensor(files[0], io::tensorOf("", set.embeddings)); !written) return written;
    if (set.hasLabels()) {
        const std::vector<std::int64_t> labels(set.labels.begin(), set.labels.end());
        if (auto written = io::writeTorchTensor(files[1], io::tensorOf("", labels)); !written) return written;
    }
    const ReferenceStats stats = statsOf(set.embeddings);
    if (auto written = io::writeTorchTensor(files[2], io::tensorOf("", std::span(stats.mean))); !written)
        return written;
    return io::writeTorchTensor(files[3], io::tensorOf("", std::span(stats.std)));
}

}  // namespace oodscope::embed
