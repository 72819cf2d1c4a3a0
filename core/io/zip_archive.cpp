// SPDX-License-Identifier: GPL-3.0-or-later
// The format: PKWARE's APPNOTE.TXT 6.3, sections 4.3 (records) and 4.5.3 (zip64 sizes).
#include "core/io/zip_archive.h"

#include <algorithm>
#include <optional>
#include <string>

#include "core/io/byte_reader.h"
#include "core/io/tensor_file.h"

namespace oodscope::io {
namespace {

using Bytes = std::span<const std::byte>;

constexpr std::uint32_t kLocalMagic = 0x04034b50, kEntryMagic = 0x02014b50, kEndMagic = 0x06054b50;
constexpr std::uint32_t kEnd64Magic = 0x06064b50, kLocatorMagic = 0x07064b50;
constexpr std::size_t kEndBytes = 22, kLocatorBytes = 20, kEntryBytes = 46, kLocalBytes = 30;
constexpr std::size_t kLongestComment = 0xffff;
constexpr std::uint32_t kIn64 = 0xffffffff;
constexpr std::uint16_t kZip64Extra = 1;
constexpr std::uint16_t kEncrypted = 1;

tl::unexpected<Error> bad(const std::string& reason) {
    return fail(ErrorCode::BadFile, "zip archive: " + reason);
}

struct Directory {
    std::uint64_t entries = 0;
    std::uint64_t bytes = 0;
    std::uint64_t offset = 0;
};

/// Fields at fixed places of a record that is known to be whole.
template <class Number>
Number field(Bytes record, std::size_t at) {
    return *ByteReader(record, at).number<Number>();
}

std::optional<std::size_t> findEnd(Bytes file) {
    if (file.size() < kEndBytes) return std::nullopt;
    const std::size_t last = file.size() - kEndBytes;
    const std::size_t first = last - std::min(last, kLongestComment);
    for (std::size_t at = last + 1; at-- > first;) {
        if (field<std::uint32_t>(file, at) == kEndMagic && field<std::uint16_t>(file, at + 20) == last - at) return at;
    }
    return std::nullopt;
}

Result<Directory> directory64(Bytes file, std::size_t end) {
    if (end < kLocatorBytes || field<std::uint32_t>(file, end - kLocatorBytes) != kLocatorMagic)
        return bad("its zip64 directory is missing");
    ByteReader reader(file.first(end), 0);
    if (!reader.take(field<std::uint64_t>(file, end - kLocatorBytes + 8)))
        return bad("its zip64 directory is outside the file");
    const auto record = reader.take(56);
    if (!record || field<std::uint32_t>(*record, 0) != kEnd64Magic) return bad("its zip64 directory is damaged");
    if (field<std::uint32_t>(*record, 16) != 0 || field<std::uint32_t>(*record, 20) != 0)
        return bad("split over several files");
    return Directory{field<std::uint64_t>(*record, 32), field<std::uint64_t>(*record, 40),
                     field<std::uint64_t>(*record, 48)};
}

Result<Directory> findDirectory(Bytes file) {
    const auto end = findEnd(file);
    if (!end) return bad("no directory at its end; was it cut short?");
    const Bytes record = file.subspan(*end, kEndBytes);
    Directory found{field<std::uint16_t>(record, 10), field<std::uint32_t>(record, 12),
                    field<std::uint32_t>(record, 16)};
    if (found.entries == 0xffff || found.bytes == kIn64 || found.offset == kIn64) {
        const auto large = directory64(file, *end);
        if (!large) return large;
        found = *large;
    } else if (field<std::uint32_t>(record, 4) != 0) {
        return bad("split over several files");
    }
    if (found.offset > *end || found.bytes > *end - found.offset)
        return bad("its directory is outside the file; was it cut short?");
    if (found.entries > found.bytes / kEntryBytes)
        return bad("it says " + std::to_string(found.entries) + " entries, its directory has room for " +
                   std::to_string(found.bytes / kEntryBytes));
    return found;
}

/// Sizes that do not fit 32 bits stand in an extra field, only those and in this order.
Status readLargeSizes(Bytes extras, ZipEntry& entry) {
    ByteReader reader(extras);
    while (reader.left() >= 4) {
        const auto id = *reader.number<std::uint16_t>();
        const auto body = reader.take(*reader.number<std::uint16_t>());
        if (!body) break;
        if (id != kZip64Extra) continue;
        ByteReader sizes(*body);
        for (std::uint64_t* size : {&entry.bytes, &entry.storedBytes, &entry.header}) {
            if (*size != kIn64) continue;
            const auto large = sizes.number<std::uint64_t>();
            if (!large) return bad("entry " + quotedName(entry.name) + ": its zip64 sizes are cut short");
            *size = *large;
        }
        return {};
    }
    if (entry.bytes == kIn64 || entry.storedBytes == kIn64 || entry.header == kIn64)
        return bad("entry " + quotedName(entry.name) + ": its zip64 sizes are missing");
    return {};
}

Result<ZipEntry> readEntry(ByteReader& reader) {
    const auto record = reader.take(kEntryBytes);
    if (!record || field<std::uint32_t>(*record, 0) != kEntryMagic) return bad("its directory is damaged");
    ZipEntry entry;
    entry.flags = field<std::uint16_t>(*record, 8);
    entry.method = field<std::uint16_t>(*record, 10);
    entry.storedBytes = field<std::uint32_t>(*record, 20);
    entry.bytes = field<std::uint32_t>(*record, 24);
    entry.header = field<std::uint32_t>(*record, 42);
    const auto name = reader.take(field<std::uint16_t>(*record, 28));
    const auto extras = name ? reader.take(field<std::uint16_t>(*record, 30)) : std::nullopt;
    if (!extras || !reader.take(field<std::uint16_t>(*record, 32))) return bad("its directory is cut short");
    entry.name = textOf(*name);
    if (const Status large = readLargeSizes(*extras, entry); !large) return failFrom(large);
    return entry;
}

/// The local header repeats the name; only its length and that of its extras tell where the bytes begin.
Status locate(Bytes beforeDirectory, ZipEntry& entry) {
    const auto outside = [&] { return bad("entry " + quotedName(entry.name) + " is not inside the file"); };
    ByteReader reader(beforeDirectory);
    if (!reader.take(entry.header)) return outside();
    const auto local = reader.take(kLocalBytes);
    if (!local) return outside();
    if (field<std::uint32_t>(*local, 0) != kLocalMagic)
        return bad("entry " + quotedName(entry.name) + ": no header where the directory says");
    const auto name = reader.take(field<std::uint16_t>(*local, 26));
    if (!name || !reader.take(field<std::uint16_t>(*local, 28))) return outside();
    if (textOf(*name) != entry.name)
        return bad("entry " + quotedName(entry.name) + ": its header has another name, " + quotedName(textOf(*name)));
    entry.data = reader.position();
    if (!reader.take(entry.storedBytes)) return outside();
    return {};
}

Status checkOverlaps(const std::vector<ZipEntry>& entries) {
    std::vector<const ZipEntry*> order;
    order.reserve(entries.size());
    for (const ZipEntry& entry : entries)
        order.push_back(&entry);
    std::ranges::sort(order, {}, &ZipEntry::header);
    for (std::size_t i = 1; i < order.size(); ++i) {
        if (order[i]->header < order[i - 1]->data + order[i - 1]->storedBytes)
            return bad("entries " + quotedName(order[i - 1]->name) + " and " + quotedName(order[i]->name) + " overlap");
    }
    return {};
}

}  // namespace

Result<ZipArchive> ZipArchive::open(MappedFile file) {
    ZipArchive archive;
    archive.m_file = std::move(file);
    const Bytes bytes = archive.m_file.bytes;
    const auto directory = findDirectory(bytes);
    if (!directory) return failFrom(directory);
    ByteReader reader(bytes.subspan(directory->offset, directory->bytes));
    archive.m_entries.reserve(directory->entries);
    for (std::uint64_t i = 0; i < directory->entries; ++i) {
        auto entry = readEntry(reader);
        if (!entry) return failFrom(entry);
        if (const Status located = locate(bytes.first(directory->offset), *entry); !located) return failFrom(located);
        if (!archive.m_byName.emplace(entry->name, archive.m_entries.size()).second)
            return bad("entry " + quotedName(entry->name) + " is there twice");
        archive.m_entries.push_back(*entry);
    }
    if (const Status apart = checkOverlaps(archive.m_entries); !apart) return failFrom(apart);
    return archive;
}

const ZipEntry* ZipArchive::find(std::string_view name) const {
    const auto found = m_byName.find(name);
    return found == m_byName.end() ? nullptr : &m_entries[found->second];
}

Result<std::span<const std::byte>> ZipArchive::contents(const ZipEntry& entry) const {
    const auto unsupported = [&](const char* what) {
        return fail(ErrorCode::Unsupported, "zip archive: entry " + quotedName(entry.name) + " is " + what);
    };
    if ((entry.flags & kEncrypted) != 0) return unsupported("encrypted");
    if (entry.method != 0) return unsupported("compressed; torch stores its tensors uncompressed");
    if (entry.bytes != entry.storedBytes)
        return bad("entry " + quotedName(entry.name) + ": stored with " + std::to_string(entry.storedBytes) +
                   " bytes, but said to have " + std::to_string(entry.bytes));
    return m_file.bytes.subspan(entry.data, entry.storedBytes);
}

}  // namespace oodscope::io
