// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/base/files.h"
#include "core/base/text_util.h"
#include "core/embed/embedding_set.h"
#include "core/embed/reference_folder.h"
#include "core/io/json.h"
#include "core/io/npy.h"
#include "core/io/open_tensor_file.h"
#include "core/io/safetensors.h"

namespace oodscope::embed {
namespace {

using io::Json;
enum class Format { Safetensors, Npy, Torch };

tl::unexpected<Error> bad(const fs::path& file, const std::string& reason) {
    return fail(ErrorCode::BadFile, file.string() + ": " + reason);
}

Result<Format> formatOf(const fs::path& file) {
    if (endsWithIgnoringCase(file.string(), ".safetensors")) return Format::Safetensors;
    if (endsWithIgnoringCase(file.string(), ".npy")) return Format::Npy;
    if (endsWithIgnoringCase(file.string(), ".pt") || endsWithIgnoringCase(file.string(), ".pth")) return Format::Torch;
    return fail(ErrorCode::InvalidArgument, file.string() + ": embeddings are kept in .safetensors, .npy or .pt files");
}

fs::path besideIt(const fs::path& file) {
    return fs::path(file).replace_extension(".json");
}

Json describe(const EmbeddingSet& set) {
    Json unreadable = Json::array();
    for (const UnreadableFile& file : set.unreadable)
        unreadable.push_back({{"path", file.path}, {"reason", file.reason}});
    return {{"paths", set.paths},
            {"unreadable", std::move(unreadable)},
            {"provenance", set.provenance.is_object() ? set.provenance : Json::object()},
            {"dataset", {{"name", set.datasetName}, {"root", set.datasetRoot.string()}}},
            {"class_names", set.classNames},
            {"labels", set.labels},
            {"key", set.key}};
}

/// Sizes that do not go together would be found out only by whoever reads the file.
Status check(const EmbeddingSet& set, const fs::path& file) {
    const std::size_t rows = set.size();
    const bool fits = (set.projected.empty() || set.projected.rows() == rows) &&
                      (set.labels.empty() || set.labels.size() == rows) &&
                      (set.paths.empty() || set.paths.size() == rows);
    if (fits && rows > 0) return {};
    return fail(ErrorCode::InvalidArgument, file.string() + (rows == 0 ? ": there are no embeddings to write"
                                                                       : ": labels or paths do not fit the rows"));
}

Status writeTensors(const EmbeddingSet& set, const fs::path& file) {
    std::vector<std::int64_t> labels(set.labels.begin(), set.labels.end());
    labels.resize(set.size(), -1);
    std::vector<io::TensorToWrite> tensors{io::tensorOf("embeddings", set.embeddings)};
    if (!set.projected.empty()) tensors.push_back(io::tensorOf("projected", set.projected));
    tensors.push_back(io::tensorOf("labels", labels));
    return io::writeSafetensors(file, tensors);
}

Status takeLabels(const std::vector<std::int64_t>& labels, const fs::path& file, EmbeddingSet& set) {
    if (labels.size() != set.size()) return bad(file, "labels has another number of rows than embeddings");
    for (const std::int64_t label : labels) {
        if (label < -1 || label > std::numeric_limits<std::int32_t>::max())
            return bad(file, "label " + std::to_string(label) + " is no class");
    }
    set.labels.assign(labels.begin(), labels.end());
    return {};
}

/// The tensors of a torch file by the names that a safetensors file has: a bare tensor is the embeddings.
Result<io::TensorFile> openTorch(const fs::path& file) {
    auto tensors = io::openTensorFile(file);
    if (!tensors) return tensors;
    for (const auto& [from, to] : {std::pair("tensor", "embeddings"), std::pair("label", "labels")}) {
        auto node = tensors->tensors.extract(from);
        if (node.empty()) continue;
        node.key() = to;
        tensors->tensors.insert(std::move(node));
    }
    return tensors;
}

Status readTensors(const fs::path& file, Format format, EmbeddingSet& set) {
    const auto opened = format == Format::Torch ? openTorch(file) : io::openSafetensors(file);
    if (!opened) return failFrom(opened);
    if (!opened->tensors.contains("embeddings")) return bad(file, "no tensor \"embeddings\" in it");
    auto embeddings = io::matrixFrom(*opened, "embeddings");
    if (!embeddings) return failFrom(embeddings);
    set.embeddings = std::move(*embeddings);
    if (opened->tensors.contains("projected")) {
        auto projected = io::matrixFrom(*opened, "projected");
        if (!projected) return failFrom(projected);
        if (projected->rows() != set.size()) return bad(file, "projected has another number of rows than embeddings");
        set.projected = std::move(*projected);
    }
    if (!opened->tensors.contains("labels")) return {};
    const auto labels = io::integersFrom(*opened, "labels");
    return labels ? takeLabels(*labels, file, set) : Status(failFrom(labels));
}

/// Everything in it is optional: other programs write such files, too.
Status takeDescription(const Json& json, const fs::path& file, EmbeddingSet& set) {
    if (!json.is_object()) return bad(file, "not a JSON object");
    try {
        set.paths = json.value("paths", std::vector<std::string>());
        set.classNames = json.value("class_names", std::vector<std::string>());
        set.provenance = json.value("provenance", Json::object());
        set.key = json.value("key", std::string());
        for (const Json& entry : json.value("unreadable", Json::array()))
            set.unreadable.push_back({entry.at("path").get<std::string>(), entry.at("reason").get<std::string>()});
        const Json dataset = json.value("dataset", Json::object());
        set.datasetName = dataset.value("name", set.datasetName);
        set.datasetRoot = dataset.value("root", std::string());
        const auto labels = json.value("labels", std::vector<std::int64_t>());
        if (set.labels.empty() && !labels.empty()) {
            if (auto taken = takeLabels(labels, file, set); !taken) return taken;
        }
    } catch (const Json::exception& error) {
        return bad(file, error.what());
    }
    if (!set.provenance.is_object()) return bad(file, "provenance is not an object");
    if (!set.paths.empty() && set.paths.size() != set.size())
        return bad(file, std::to_string(set.paths.size()) + " paths for " + std::to_string(set.size()) + " rows");
    return {};
}

/// Whoever uses the rows would say so too, but not of which file.
Status checkFinite(const Matrix& matrix, const fs::path& file) {
    const auto values = matrix.values();
    const auto found = std::ranges::find_if(values, [](float value) { return !std::isfinite(value); });
    if (found == values.end()) return {};
    const auto at = static_cast<std::size_t>(found - values.begin());
    return bad(file, "row " + std::to_string(at / matrix.cols()) + ", dimension " + std::to_string(at % matrix.cols()) +
                         (std::isnan(*found) ? " is NaN" : " is infinite"));
}

/// A label without a class would be an index past the end for everybody who reads the set.
Status checkLabels(const fs::path& file, EmbeddingSet& set) {
    if (set.labels.empty()) set.labels.assign(set.size(), -1);
    const std::int32_t highest = std::ranges::max(set.labels);
    if (set.classNames.empty()) {  // a plain file: classes are known by number only
        constexpr std::int32_t kMostUnnamed = 1 << 20;
        if (highest >= kMostUnnamed) return bad(file, "label " + std::to_string(highest) + " without class names");
        for (std::int32_t i = 0; i <= highest; ++i)
            set.classNames.push_back(std::to_string(i));
    }
    if (highest >= static_cast<std::int64_t>(set.classNames.size()))
        return bad(file, "label " + std::to_string(highest) + ", but only " + std::to_string(set.classNames.size()) +
                             " class names");
    return {};
}

}  // namespace

Status exportEmbeddings(const EmbeddingSet& set, const fs::path& file) {
    const auto format = formatOf(file);
    if (!format) return failFrom(format);
    if (auto checked = check(set, file); !checked) return checked;
    if (*format == Format::Torch)
        return fail(ErrorCode::InvalidArgument,
                    file.string() +
                        ": embeddings are written as .safetensors or .npy; 'oodscope-cli export' writes the "
                        "reference's layout of .pt files");
    const Status written = *format == Format::Npy ? io::writeNpy(file, set.embeddings) : writeTensors(set, file);
    if (!written) return written;
    // File names need not be UTF-8, JSON must be.
    return writeFileAtomically(besideIt(file),
                               describe(set).dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

Result<EmbeddingSet> importEmbeddings(const fs::path& file) {
    const auto format = formatOf(file);
    if (!format) return failFrom(format);
    EmbeddingSet set;
    set.datasetName = file.stem().string();
    set.provenance = Json::object();
    if (*format == Format::Npy) {
        auto matrix = io::readNpyMatrix(file);
        if (!matrix) return failFrom(matrix);
        set.embeddings = std::move(*matrix);
    } else if (auto read = readTensors(file, *format, set); !read) {
        return failFrom(read);
    }
    if (set.embeddings.empty()) return bad(file, "no embeddings in it");
    if (auto finite = checkFinite(set.embeddings, file); !finite) return failFrom(finite);
    if (*format == Format::Torch) {
        if (auto added = addReferenceLabels(file, set); !added) return failFrom(added);
    }
    if (std::error_code ec; fs::exists(besideIt(file), ec)) {
        const auto json = io::readJson(besideIt(file));
        if (!json) return failFrom(json);
        if (auto taken = takeDescription(*json, besideIt(file), set); !taken) return failFrom(taken);
    }
    if (auto checked = checkLabels(file, set); !checked) return failFrom(checked);
    return set;
}

}  // namespace oodscope::embed
