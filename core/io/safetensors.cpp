// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/safetensors.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <exception>
#include <new>

#include "core/io/safetensors_header.h"

namespace oodscope::io {
namespace {

namespace fs = std::filesystem;

static_assert(std::endian::native == std::endian::little, "tensors are used as they lie in the file");

constexpr std::size_t kLengthBytes = 8;
/// Of the format, but of no use to this program.
constexpr std::array<std::string_view, 7> kUnsupported{"F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ", "C64",
                                                       "F4",      "F6_E2M3",     "F6_E3M2"};

tl::unexpected<Error> tensorError(const std::string& name, const std::string& reason) {
    return fail(ErrorCode::BadFile, "tensor " + quotedName(name) + ": " + reason);
}

/// The entries, which tile the data: no gap, no overlap, nothing after the last.
Status checkTiling(std::vector<HeaderEntry>& entries, std::uint64_t dataBytes) {
    std::ranges::sort(entries, [](const HeaderEntry& a, const HeaderEntry& b) {
        return std::tie(a.begin, a.end) < std::tie(b.begin, b.end);
    });
    std::uint64_t expected = 0;
    for (const HeaderEntry& entry : entries) {
        const std::string place =
            "data_offsets [" + std::to_string(entry.begin) + ", " + std::to_string(entry.end) + "]";
        if (entry.end < entry.begin) return tensorError(entry.name, place + " end before they begin");
        if (entry.begin != expected)
            return tensorError(
                entry.name, place +
                                (entry.begin > expected ? " leave a gap after byte " : " overlap the bytes before ") +
                                std::to_string(expected));
        if (entry.end > dataBytes)
            return tensorError(entry.name, place + " reach past the end of the file, which has " +
                                               std::to_string(dataBytes) + " bytes of data; was it cut short?");
        expected = entry.end;
    }
    if (expected != dataBytes)
        return fail(ErrorCode::BadFile, std::to_string(dataBytes - expected) + " bytes follow the last tensor");
    return {};
}

Result<DType> checkEntry(const HeaderEntry& entry) {
    const std::optional<DType> dtype = dtypeFromName(entry.dtype);
    if (!dtype && std::ranges::find(kUnsupported, entry.dtype) != kUnsupported.end())
        return fail(ErrorCode::Unsupported,
                    "tensor " + quotedName(entry.name) + ": dtype " + entry.dtype + " is not supported here");
    if (!dtype) return tensorError(entry.name, "unknown dtype " + quotedName(entry.dtype));
    std::uint64_t size = 1;
    bool overflow = false;
    for (const std::int64_t extent : entry.shape)
        overflow = overflow || __builtin_mul_overflow(size, static_cast<std::uint64_t>(extent), &size);
    if (overflow || __builtin_mul_overflow(size, dtypeBytes(*dtype), &size))
        return tensorError(entry.name, "its shape overflows");
    if (size != entry.end - entry.begin)
        return tensorError(entry.name, "its shape and dtype need " + std::to_string(size) +
                                           " bytes, its data_offsets hold " + std::to_string(entry.end - entry.begin));
    return *dtype;
}

Result<TensorFile> readTensors(const MappedFile& file) {
    if (file.bytes.size() < kLengthBytes) return fail(ErrorCode::BadFile, "too short for a safetensors file");
    std::uint64_t headerBytes = 0;
    std::memcpy(&headerBytes, file.bytes.data(), kLengthBytes);
    if (headerBytes > kLargestSafetensorsHeader)
        return fail(ErrorCode::BadFile,
                    "not a safetensors file, or its header is too large (" + std::to_string(headerBytes) + " bytes)");
    if (headerBytes > file.bytes.size() - kLengthBytes)
        return fail(ErrorCode::BadFile, "its header of " + std::to_string(headerBytes) +
                                            " bytes reaches past the end of the file; was it cut short?");
    const auto json = file.bytes.subspan(kLengthBytes, headerBytes);
    auto header = parseSafetensorsHeader({reinterpret_cast<const char*>(json.data()), json.size()});
    if (!header) return failFrom(header);
    const auto data = file.bytes.subspan(kLengthBytes + headerBytes);
    if (auto tiled = checkTiling(header->entries, data.size()); !tiled) return failFrom(tiled);
    TensorFile result;
    result.metadata = std::move(header->metadata);
    for (HeaderEntry& entry : header->entries) {
        const auto dtype = checkEntry(entry);
        if (!dtype) return failFrom(dtype);
        TensorView view{*dtype, std::move(entry.shape), data.subspan(entry.begin, entry.end - entry.begin), file.owner};
        result.tensors.emplace(std::move(entry.name), std::move(view));
    }
    return result;
}

}  // namespace

Result<TensorFile> readSafetensors(const MappedFile& mapped, const fs::path& path) {
    Result<TensorFile> file = fail(ErrorCode::OutOfMemory, "not enough memory for its header");
    try {
        file = readTensors(mapped);
    } catch (const std::bad_alloc&) {
    } catch (const std::exception& error) {
        file = fail(ErrorCode::BadFile, error.what());
    }
    if (!file) return fail(file.error().code, path.string() + ": " + file.error().message);
    file->path = path;
    return file;
}

Result<TensorFile> openSafetensors(const fs::path& path) {
    const auto mapped = mapFile(path);
    return mapped ? readSafetensors(*mapped, path) : failFrom(mapped);
}

}  // namespace oodscope::io
