// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/npz.h"

#include <cstdint>
#include <utility>

#include "core/base/files.h"
#include "core/io/npy.h"
#include "core/io/npy_header.h"
#include "core/io/tensor_file.h"
#include "core/io/zip_archive.h"
#include "core/io/zip_writer.h"

namespace oodscope::io {
namespace {

constexpr std::string_view kEnding = ".npy";

bool isList(std::span<const std::byte> array) {
    const auto header = parseNpyHeader(array);
    return header && (header->shape.size() == 1 || (header->shape.size() == 2 && header->shape[1] == 1));
}

template <class T>
std::string npyBytes(const char* descr, const std::vector<T>& values) {
    std::string bytes = npyHeader(descr, "(" + std::to_string(values.size()) + ",)");
    const auto data = std::as_bytes(std::span(values));
    return bytes.append(reinterpret_cast<const char*>(data.data()), data.size());
}

std::string npyBytes(const NpzVector& array) {
    if (const auto* floats = std::get_if<std::vector<double>>(&array)) return npyBytes("<f8", *floats);
    return npyBytes("<i8", std::get<std::vector<std::int64_t>>(array));
}

}  // namespace

Result<std::map<std::string, std::vector<double>>> readNpzVectors(const fs::path& path) {
    auto mapped = mapFile(path);
    if (!mapped) return failFrom(mapped);
    const auto named = [&](const Error& error) { return fail(error.code, path.string() + ": " + error.message); };
    const auto archive = ZipArchive::open(*mapped);
    if (!archive) return named(archive.error());
    std::map<std::string, std::vector<double>> arrays;
    for (const ZipEntry& entry : archive->entries()) {
        if (!entry.name.ends_with(kEnding)) continue;
        const auto bytes = archive->contents(entry);
        if (!bytes) return named(bytes.error());
        if (!isList(*bytes)) continue;
        const std::string name(entry.name.substr(0, entry.name.size() - kEnding.size()));
        auto values = npyVectorIn({*bytes, mapped->owner}, path.string() + ": " + quotedName(name));
        if (!values) return failFrom(values);
        arrays.emplace(name, std::move(*values));
    }
    if (arrays.empty()) return fail(ErrorCode::BadFile, path.string() + ": holds no list of numbers");
    return arrays;
}

Status writeNpz(const fs::path& path, const std::map<std::string, NpzVector>& arrays) {
    return writeAtomically(path, [&](const fs::path& temporary) -> Status {
        auto writer = ZipWriter::create(temporary);
        if (!writer) return failFrom(writer);
        for (const auto& [name, array] : arrays) {
            const std::string bytes = npyBytes(array);
            if (auto added = writer->add(name + std::string(kEnding), std::as_bytes(std::span(bytes))); !added)
                return added;
        }
        return writer->finish();
    });
}

}  // namespace oodscope::io
