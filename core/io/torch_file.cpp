// SPDX-License-Identifier: GPL-3.0-or-later
// Both layouts: torch/serialization.py (_save, _legacy_save, _load, _legacy_load).
#include "core/io/torch_file.h"

#include <algorithm>
#include <array>
#include <map>
#include <new>
#include <string>

#include "core/io/byte_reader.h"
#include "core/io/torch_tensors.h"
#include "core/io/zip_archive.h"

namespace oodscope::io {
namespace {

namespace fs = std::filesystem;
using Bytes = std::span<const std::byte>;

constexpr std::string_view kPickleName = "data.pkl";
constexpr std::uint64_t kLargestPickle = std::uint64_t{512} << 20;
constexpr std::int64_t kLegacyProtocol = 1001;
// PROTO 2, LONG1 of ten bytes 0x1950a86a20f9469cfc6c, STOP.
constexpr std::array<unsigned char, 15> kLegacyMagic{0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46,
                                                     0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e};

tl::unexpected<Error> bad(std::string reason) {
    return fail(ErrorCode::BadFile, std::move(reason));
}

/// The archive's one folder: the "archive/" of "archive/data.pkl".
Result<std::string> topFolder(const ZipArchive& archive) {
    const ZipEntry* pickle = nullptr;
    for (const ZipEntry& entry : archive.entries()) {
        const std::size_t slash = entry.name.find('/');
        if (slash == std::string_view::npos || entry.name.substr(slash + 1) != kPickleName) continue;
        if (pickle != nullptr) return bad("zip archive: more than one folder with data.pkl");
        pickle = &entry;
    }
    if (pickle == nullptr) return fail(ErrorCode::Unsupported, "a zip archive without data.pkl; not written by torch");
    return std::string(pickle->name.substr(0, pickle->name.size() - kPickleName.size()));
}

Result<Bytes> entryOf(const ZipArchive& archive, const std::string& name) {
    const ZipEntry* entry = archive.find(name);
    if (entry == nullptr) return bad("zip archive: entry " + quotedName(name) + " is missing");
    return archive.contents(*entry);
}

Status checkByteOrder(const ZipArchive& archive, const std::string& top) {
    const ZipEntry* entry = archive.find(top + "byteorder");
    if (entry == nullptr) return {};  // before torch 2.1: little
    const auto order = archive.contents(*entry);
    if (!order) return failFrom(order);
    if (textOf(*order) == "little") return {};
    return fail(ErrorCode::Unsupported, "its numbers are stored in byte order " + quotedName(textOf(*order)) +
                                            "; only little-endian files are read");
}

// torch.jit.save adds the code of the modules.
bool holdsCode(const ZipArchive& archive, const std::string& top) {
    return std::ranges::any_of(archive.entries(),
                               [&](const ZipEntry& entry) { return entry.name.starts_with(top + "code/"); });
}

Result<TorchFile> readZip(const MappedFile& mapped) {
    const auto archive = ZipArchive::open(mapped);
    if (!archive) return failFrom(archive);
    const auto top = topFolder(*archive);
    if (!top) return failFrom(top);
    if (const Status order = checkByteOrder(*archive, *top); !order) return failFrom(order);
    const auto pickle = entryOf(*archive, *top + std::string(kPickleName));
    if (!pickle) return failFrom(pickle);
    if (pickle->size() > kLargestPickle) return fail(ErrorCode::Unsupported, "its data.pkl is too large");
    auto document = readPickle(*pickle);
    if (!document) return failFrom(document);
    const auto find = [&](const PickledStorage& storage) {
        return entryOf(*archive, *top + "data/" + std::string(storage.key));
    };
    if (const Status bound = bindTensors(**document, mapped, find); !bound) return failFrom(bound);
    return TorchFile{{},
                     holdsCode(*archive, *top) ? TorchFile::Form::TorchScript : TorchFile::Form::Zip,
                     std::shared_ptr<const PickleDocument>(std::move(*document)),
                     mapped.owner};
}

/// The pickles of a file from before torch 1.6 stand one after the other, then the storages.
class LegacyReader {
public:
    explicit LegacyReader(const MappedFile& mapped) : m_mapped(mapped) {}

    Result<TorchFile> read() {
        m_position = kLegacyMagic.size();
        const auto protocol = next();
        if (!protocol) return failFrom(protocol);
        if ((*protocol)->root->integer() != kLegacyProtocol) return bad("a torch file of an unknown version");
        const auto system = next();
        if (!system) return failFrom(system);
        const PickleValue* little = (*system)->root->find("little_endian");
        if (little != nullptr && little->integer() == 0)
            return fail(ErrorCode::Unsupported, "written on a big-endian machine; only little-endian files are read");
        auto document = next();
        if (!document) return failFrom(document);
        const auto keys = next();
        if (!keys) return failFrom(keys);
        if (const Status found = readStorages(**document, *(*keys)->root); !found) return failFrom(found);
        const Status bound = bindTensors(**document, m_mapped, [&](const PickledStorage& storage) -> Result<Bytes> {
            const auto place = m_storages.find(storage.key);
            if (place == m_storages.end()) return bad("storage " + quotedName(storage.key) + " is missing");
            return place->second;
        });
        if (!bound) return failFrom(bound);
        return TorchFile{
            {}, TorchFile::Form::Legacy, std::shared_ptr<const PickleDocument>(std::move(*document)), m_mapped.owner};
    }

private:
    Result<std::unique_ptr<PickleDocument>> next() {
        const Bytes rest = m_mapped.bytes.subspan(m_position);
        auto document = readPickle(rest.first(std::min<std::uint64_t>(rest.size(), kLargestPickle)));
        if (document) m_position += (*document)->bytesRead;
        return document;
    }

    // Per key: the number of elements, then their bytes. Only the pickle tells how large an element is.
    Status readStorages(const PickleDocument& document, const PickleValue& keys) {
        std::map<std::string_view, std::uint64_t> sizes;
        for (const PickledStorage& storage : document.storages) {
            if (!storage.dtype && !storage.untyped)
                return fail(ErrorCode::Unsupported, "storage " + quotedName(storage.key) + " is of an unknown type");
            sizes.emplace(storage.key, storage.untyped ? 1 : dtypeBytes(*storage.dtype));
        }
        ByteReader reader(m_mapped.bytes, m_position);
        for (const PickleValue* key : keys.items()) {
            const auto size = key->text() ? sizes.find(*key->text()) : sizes.end();
            if (size == sizes.end()) return bad("a storage that nothing uses");
            const auto count = reader.number<std::uint64_t>();
            std::uint64_t bytes = 0;
            const bool overflow = count && __builtin_mul_overflow(*count, size->second, &bytes);
            const auto data = count && !overflow ? reader.take(bytes) : std::nullopt;
            if (!data) return bad("storage " + quotedName(size->first) + " reaches past the end; was it cut short?");
            if (!m_storages.emplace(size->first, *data).second)
                return bad("storage " + quotedName(size->first) + " is there twice");
        }
        return {};
    }

    MappedFile m_mapped;
    std::size_t m_position = 0;
    std::map<std::string_view, Bytes> m_storages;
};

bool startsWith(Bytes bytes, std::string_view start) {
    return textOf(bytes.first(std::min(bytes.size(), start.size()))) == start;
}

}  // namespace

bool looksLikeZip(Bytes bytes) {
    return startsWith(bytes, "PK\x03\x04") || startsWith(bytes, "PK\x05\x06");
}

bool looksLikeLegacyTorch(Bytes bytes) {
    return startsWith(bytes, {reinterpret_cast<const char*>(kLegacyMagic.data()), kLegacyMagic.size()});
}

Result<TorchFile> readTorchFile(const MappedFile& mapped, const fs::path& path) {
    Result<TorchFile> file = fail(ErrorCode::OutOfMemory, "not enough memory");
    try {
        if (looksLikeZip(mapped.bytes))
            file = readZip(mapped);
        else if (looksLikeLegacyTorch(mapped.bytes))
            file = LegacyReader(mapped).read();
        else
            file = fail(ErrorCode::Unsupported, "not a file that torch.save wrote");
    } catch (const std::bad_alloc&) {
    }
    if (!file) return fail(file.error().code, path.string() + ": " + file.error().message);
    file->path = path;
    return file;
}

Result<bool> isTorchScript(const fs::path& path) {
    const auto mapped = mapFile(path);
    if (!mapped) return failFrom(mapped);
    if (!looksLikeZip(mapped->bytes)) return false;
    const auto archive = ZipArchive::open(*mapped);
    if (!archive) return fail(archive.error().code, path.string() + ": " + archive.error().message);
    const auto top = topFolder(*archive);
    return top && holdsCode(*archive, *top);
}

Result<TorchFile> openTorchFile(const fs::path& path) {
    const auto mapped = mapFile(path);
    return mapped ? readTorchFile(*mapped, path) : failFrom(mapped);
}

}  // namespace oodscope::io
