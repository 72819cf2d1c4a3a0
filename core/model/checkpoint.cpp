// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/checkpoint.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>
#include <system_error>

#include "core/base/files.h"
#include "core/base/hash.h"
#include "core/base/log.h"
#include "core/base/text_util.h"
#include "core/io/mapped_file.h"
#include "core/io/open_tensor_file.h"
#include "core/model/state_dict.h"

namespace oodscope::model {
namespace {

// In order of preference: safetensors before what torch pickled, whole files before shards.
constexpr std::array kWeightNames{"open_clip_model.safetensors",
                                  "open_clip_pytorch_model.safetensors",
                                  "model.safetensors",
                                  "model.safetensors.index.json",
                                  "open_clip_pytorch_model.bin",
                                  "open_clip_pytorch_model.pth",
                                  "open_clip_model.pth",
                                  "pytorch_model.bin",
                                  "model.pth",
                                  "pytorch_model.bin.index.json"};
constexpr std::size_t kNamedDifferences = 3;

using Names = std::vector<std::string>;

std::string shapeText(const std::vector<std::int64_t>& shape) {
    return shape.empty() ? "scalar" : fmt::format("{}", fmt::join(shape, " x "));
}

// The first few; all of them in the log.
std::string listed(const Names& names, std::string_view what) {
    if (names.empty()) return {};
    if (names.size() > kNamedDifferences) spdlog::info("{} {}: {}", names.size(), what, fmt::join(names, ", "));
    const auto shown = std::span(names).first(std::min(names.size(), kNamedDifferences));
    return fmt::format("{} {} ({}{})", names.size(), what, fmt::join(shown, ", "),
                       names.size() > shown.size() ? ", ...; OODSCOPE_LOG=info names all" : "");
}

bool isFloat(io::DType dtype) {
    return dtype == io::DType::F32 || dtype == io::DType::F16 || dtype == io::DType::BF16 || dtype == io::DType::F64;
}

// BatchNorm's count of its batches: without use once it is trained, and not in every file.
bool isCounter(std::string_view name, const TensorShapes& expected) {
    constexpr std::string_view kEnd = "num_batches_tracked";
    if (!name.ends_with(kEnd)) return false;
    return expected.contains(std::string(name.substr(0, name.size() - kEnd.size())) + "running_var");
}

Names namesBesides(const io::TensorFile& file, const TensorShapes& expected) {
    Names names;
    for (const auto& [name, view] : file.tensors) {
        if (!expected.contains(name) && !isCounter(name, expected)) names.push_back(name);
    }
    return names;
}

// All exponent bits set: a NaN or an infinity.
template <class Bits>
bool allFinite(std::span<const std::byte> bytes, Bits exponent) {
    constexpr std::size_t kBlock = 4096 / sizeof(Bits);
    std::array<Bits, kBlock> block;
    while (!bytes.empty()) {
        const std::size_t size = std::min(bytes.size(), sizeof block);
        std::memcpy(block.data(), bytes.data(), size);
        unsigned bad = 0;
        for (std::size_t i = 0; i < size / sizeof(Bits); ++i)
            bad |= (block[i] & exponent) == exponent ? 1U : 0U;
        if (bad != 0) return false;
        bytes = bytes.subspan(size);
    }
    return true;
}

bool allFinite(const io::TensorView& view) {
    switch (view.dtype) {
        case io::DType::F16:
            return allFinite<std::uint16_t>(view.bytes, 0x7c00);
        case io::DType::BF16:
            return allFinite<std::uint16_t>(view.bytes, 0x7f80);
        case io::DType::F64:
            return allFinite<std::uint64_t>(view.bytes, 0x7ff0000000000000ULL);
        default:
            return allFinite<std::uint32_t>(view.bytes, 0x7f800000);
    }
}

Result<std::string> rememberedHash(const fs::path& path) {
    std::error_code ec;
    const fs::path canonical = fs::canonical(path, ec);
    const auto size = fs::file_size(path, ec);
    const auto time = fs::last_write_time(path, ec).time_since_epoch().count();
    if (ec) return fail(ErrorCode::Io, fmt::format("{}: cannot be read: {}", path.string(), ec.message()));
    const std::string key = hashText(fmt::format("{}\n{}\n{}", canonical.string(), size, time));
    const fs::path cached = userCacheFolder() / "weights" / key;
    if (auto known = readTextFile(cached, 64); known && known->size() == 32) return *known;
    auto hash = hashFile(path);
    // Without a writable cache the hash is only computed again next time.
    if (hash) (void)writeFileAtomically(cached, *hash);
    return hash;
}

}  // namespace

Result<std::filesystem::path> findWeights(const fs::path& folder) {
    std::error_code ec;
    for (const char* name : kWeightNames) {
        const fs::path path = folder / name;
        if (fs::is_regular_file(path, ec)) return path;
        if (fs::is_symlink(path, ec))
            return fail(ErrorCode::NotFound,
                        path.string() + ": a link to a file that is not there; the download is not complete");
    }
    return fail(ErrorCode::NotFound,
                folder.string() + ": no weights (expected open_clip_model.safetensors); is the download complete?");
}

Status compareTensors(const io::TensorFile& file, const TensorShapes& expected, std::string_view what) {
    Names missing;
    Names misshapen;
    for (const auto& [name, shape] : expected) {
        const auto found = file.tensors.find(name);
        if (found == file.tensors.end())
            missing.push_back(name);
        else if (found->second.shape != shape)
            misshapen.push_back(
                fmt::format("{} is {}, expected {}", name, shapeText(found->second.shape), shapeText(shape)));
        else if (!isFloat(found->second.dtype))
            misshapen.push_back(
                fmt::format("{} is {}, expected floating point", name, io::dtypeName(found->second.dtype)));
    }
    std::vector<std::string> parts{listed(missing, "tensors missing"),
                                   listed(namesBesides(file, expected), "unexpected"),
                                   listed(misshapen, "of another shape or type")};
    std::erase(parts, std::string());
    if (parts.empty()) return {};
    return fail(ErrorCode::BadFile,
                fmt::format("{}: does not fit {}: {}", file.path.string(), what, fmt::join(parts, "; ")));
}

Result<io::TensorFile> openWeights(const fs::path& path) {
    const auto file = io::openTensorFile(path);
    if (!file) return failFrom(file);
    return unwrapStateDict(*file).file;
}

std::uint64_t countElements(const io::TensorFile& file) {
    std::uint64_t count = 0;
    for (const auto& [name, view] : file.tensors)
        count += static_cast<std::uint64_t>(view.elementCount());
    return count;
}

Result<io::TensorFile> openCheckpoint(const fs::path& path, ClipConfig& config, std::string_view source) {
    auto file = openWeights(path);
    if (!file) return file;
    const bool prefixed =
        std::ranges::any_of(file->tensors, [](const auto& item) { return item.first.starts_with("text."); });
    if (config.customText && !prefixed) config.customText = false;
    if (const Status status = compareTensors(*file, expectedTensors(config), source); !status) return failFrom(status);
    return file;
}

Status checkFinite(const io::TensorFile& file, std::string_view prefix, bool others) {
    for (const auto& [name, view] : file.tensors) {
        if (name.starts_with(prefix) == others || !isFloat(view.dtype)) continue;
        const bool good = allFinite(view);
        io::releasePages(view.bytes, view.owner);
        if (good) continue;
        return fail(ErrorCode::BadFile,
                    fmt::format("{}: tensor {} holds NaN or infinite values", file.path.string(), name));
    }
    return {};
}

std::uint64_t weightsBytes(const fs::path& path) {
    std::uint64_t bytes = 0;
    std::error_code ec;
    if (const auto files = io::checkpointFiles(path)) {
        for (const fs::path& file : *files)
            bytes += fs::file_size(file, ec);
    }
    return bytes;
}

Result<std::string> weightsHash(const fs::path& path) {
    const auto files = io::checkpointFiles(path);
    if (!files) return failFrom(files);
    if (files->size() == 1) return rememberedHash(path);
    Hasher hasher;
    for (const fs::path& file : *files) {
        const auto hash = rememberedHash(file);
        if (!hash) return hash;
        hasher.add(*hash);
    }
    return hasher.hex();
}

}  // namespace oodscope::model
