// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/open_tensor_file.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "core/io/byte_reader.h"
#include "core/io/json.h"
#include "core/io/mapped_file.h"
#include "core/io/safetensors.h"
#include "core/io/safetensors_header.h"
#include "core/io/torch_file.h"

namespace oodscope::io {
namespace {

namespace fs = std::filesystem;
using Bytes = std::span<const std::byte>;

enum class Format { Safetensors, Json, Torch, OldTar, Pickle, Pointer, Page, Empty, Unknown };

bool looksLikeSafetensors(Bytes bytes) {
    ByteReader reader(bytes);
    const auto header = reader.number<std::uint64_t>();
    const auto first = reader.number<char>();
    return header && *header <= kLargestSafetensorsHeader && first == '{';
}

// The tar form of torch before 0.1.10; POSIX puts its mark at byte 257.
bool looksLikeTar(Bytes bytes) {
    ByteReader reader(bytes);
    if (!reader.take(257)) return false;
    const auto mark = reader.take(5);
    return mark && textOf(*mark) == "ustar";
}

Format formatOf(Bytes bytes) {
    if (bytes.empty()) return Format::Empty;
    if (looksLikeSafetensors(bytes)) return Format::Safetensors;
    if (looksLikeZip(bytes) || looksLikeLegacyTorch(bytes)) return Format::Torch;
    if (looksLikeTar(bytes)) return Format::OldTar;
    const std::string_view text = textOf(bytes.first(std::min<std::size_t>(bytes.size(), 256)));
    const std::size_t start = text.find_first_not_of(" \t\r\n");
    if (start != std::string_view::npos && text[start] == '{') return Format::Json;
    if (start != std::string_view::npos && text[start] == '<') return Format::Page;
    if (text.starts_with("version https://git-lfs")) return Format::Pointer;
    if (text.size() > 2 && text[0] == '\x80' && text[1] >= 2 && text[1] <= 5) return Format::Pickle;
    return Format::Unknown;
}

const char* refusal(Format format) {
    switch (format) {
        case Format::OldTar:
            return "a tar archive; the tar form of torch's first versions is not read (load and save it again with a "
                   "newer torch)";
        case Format::Pickle:
            return "a Python pickle that torch.save did not write";
        case Format::Pointer:
            return "a Git LFS pointer, not the file itself; the download is not complete";
        case Format::Page:
            return "a web page, not a checkpoint; the download went wrong";
        case Format::Empty:
            return "an empty file; the download is not complete";
        default:  // Json: a shard that is an index again, or no checkpoint at all
            return "neither safetensors nor a file of torch";
    }
}

Result<TensorFile> openMapped(const MappedFile& mapped, Format format, const fs::path& path) {
    if (format == Format::Safetensors) return readSafetensors(mapped, path);
    if (format != Format::Torch) return fail(ErrorCode::BadFile, path.string() + ": " + refusal(format));
    const auto file = readTorchFile(mapped, path);
    auto tensors = file ? flattenTensors(*file) : failFrom(file);
    if (!tensors || !tensors->tensors.empty()) return tensors;
    const PickleValue::Object* object = file->root().object();
    const std::string what =
        object == nullptr ? ""
                          : ", only an object of " + quotedName(object->name) + "; code in a pickle is not executed";
    return fail(ErrorCode::BadFile, path.string() + ": holds no tensors" + what);
}

Result<TensorFile> openSingleFile(const fs::path& path) {
    const auto mapped = mapFile(path);
    return mapped ? openMapped(*mapped, formatOf(mapped->bytes), path) : failFrom(mapped);
}

/// Hugging Face snapshots are folders of links, so the name is judged, not where a link leads.
bool staysInFolder(const fs::path& shard) {
    return !shard.empty() && shard.is_relative() && std::ranges::find(shard, fs::path("..")) == shard.end();
}

Result<TensorFile> mergeShards(const fs::path& index, const Json& weightMap) {
    TensorFile result{index, {}, {}};
    std::map<std::string, TensorFile> shards;
    for (const auto& [name, value] : weightMap.items()) {
        const auto bad = [&index, &name = name](const std::string& reason) {
            return fail(ErrorCode::BadFile, index.string() + ": tensor " + quotedName(name) + ": " + reason);
        };
        if (!value.is_string()) return bad("its shard is not a string");
        const auto& shard = value.get_ref<const std::string&>();
        if (!staysInFolder(shard)) return bad("shard " + quotedName(shard) + " is not inside the folder");
        if (!shards.contains(shard)) {
            auto opened = openSingleFile(index.parent_path() / shard);
            if (!opened) return failFrom(opened);
            result.metadata.insert(opened->metadata.begin(), opened->metadata.end());
            shards.emplace(shard, std::move(*opened));
        }
        const auto& tensors = shards.at(shard).tensors;
        const auto found = tensors.find(name);
        if (found == tensors.end()) return bad("not in its shard " + quotedName(shard));
        result.tensors.insert(*found);
    }
    return result;
}

Result<Json> readWeightMap(const fs::path& index) {
    const auto json = readJson(index);
    if (!json) return failFrom(json);
    if (!json->is_object() || !json->contains("weight_map") || !json->at("weight_map").is_object())
        return fail(ErrorCode::BadFile, index.string() + ": no object \"weight_map\"; is this an index of shards?");
    return json->at("weight_map");
}

}  // namespace

Result<TensorFile> openTensorFile(const fs::path& path) {
    const auto mapped = mapFile(path);
    if (!mapped) return failFrom(mapped);
    const Format format = formatOf(mapped->bytes);
    return format == Format::Json ? openSafetensorsIndex(path) : openMapped(*mapped, format, path);
}

Result<TensorFile> openSafetensorsIndex(const fs::path& path) {
    const auto weightMap = readWeightMap(path);
    return weightMap ? mergeShards(path, *weightMap) : failFrom(weightMap);
}

Result<std::vector<fs::path>> checkpointFiles(const fs::path& path) {
    const auto mapped = mapFile(path);
    if (!mapped) return failFrom(mapped);
    if (formatOf(mapped->bytes) != Format::Json) return std::vector{path};
    const auto weightMap = readWeightMap(path);
    if (!weightMap) return failFrom(weightMap);
    std::set<std::string> names;
    for (const Json& shard : *weightMap) {
        if (shard.is_string()) names.insert(shard.get<std::string>());
    }
    std::vector<fs::path> files{path};
    for (const std::string& name : names)
        files.push_back(path.parent_path() / name);
    return files;
}

}  // namespace oodscope::io
