// SPDX-License-Identifier: GPL-3.0-or-later
// The format: PKWARE's APPNOTE.TXT 6.3, sections 4.3 (records) and 4.5.3 (zip64 sizes).
#include "core/io/zip_writer.h"

#include <zlib.h>

#include <algorithm>
#include <cerrno>

#include "core/base/files.h"

namespace oodscope::io {
namespace {

constexpr std::uint64_t kIn64 = 0xffffffff;
constexpr std::uint16_t kVersion64 = 45, kVersionPlain = 20;
constexpr std::uint16_t kUtf8Names = 0x800;
constexpr std::uint16_t kDate = 1 << 5 | 1;  // 1980-01-01: the same input gives the same bytes
constexpr std::uint16_t kZip64Extra = 1;
constexpr std::size_t kLocalBytes = 30;

template <class Number>
void append(std::string& record, std::uint64_t value) {
    const auto number = static_cast<Number>(value);
    record.append(reinterpret_cast<const char*>(&number), sizeof number);
}

// Both the local header and the directory hold this.
void appendCommon(std::string& record, bool large, std::uint32_t checksum, std::uint64_t bytes) {
    append<std::uint16_t>(record, large ? kVersion64 : kVersionPlain);
    append<std::uint16_t>(record, kUtf8Names);
    append<std::uint16_t>(record, 0);  // stored
    append<std::uint16_t>(record, 0);  // time
    append<std::uint16_t>(record, kDate);
    append<std::uint32_t>(record, checksum);
    append<std::uint32_t>(record, large ? kIn64 : bytes);
    append<std::uint32_t>(record, large ? kIn64 : bytes);
}

/// A local header whose data, `padding` included, follow aligned. The padding is an extra field of its own, "FB", as
/// torch writes it.
std::string localHeader(const std::string& name, std::uint32_t checksum, std::uint64_t bytes, std::uint64_t position) {
    const bool large = bytes >= kIn64;
    std::string extras;
    if (large) {
        append<std::uint16_t>(extras, kZip64Extra);
        append<std::uint16_t>(extras, 16);
        append<std::uint64_t>(extras, bytes);
        append<std::uint64_t>(extras, bytes);
    }
    const std::uint64_t unpadded = position + kLocalBytes + name.size() + extras.size() + 4;
    const std::uint64_t padding = (ZipWriter::kAlignment - unpadded % ZipWriter::kAlignment) % ZipWriter::kAlignment;
    extras += "FB";
    append<std::uint16_t>(extras, padding);
    extras.append(padding, 'Z');
    std::string record = "PK\3\4";
    appendCommon(record, large, checksum, bytes);
    append<std::uint16_t>(record, name.size());
    append<std::uint16_t>(record, extras.size());
    return record + name + extras;
}

std::string directoryEntry(const std::string& name, std::uint32_t checksum, std::uint64_t bytes, std::uint64_t header) {
    const bool large = bytes >= kIn64 || header >= kIn64;
    std::string extras;
    if (large) {
        append<std::uint16_t>(extras, kZip64Extra);
        append<std::uint16_t>(extras, 24);
        append<std::uint64_t>(extras, bytes);
        append<std::uint64_t>(extras, bytes);
        append<std::uint64_t>(extras, header);
    }
    std::string record = "PK\1\2";
    append<std::uint16_t>(record, large ? kVersion64 : kVersionPlain);
    appendCommon(record, large, checksum, bytes);
    append<std::uint16_t>(record, name.size());
    append<std::uint16_t>(record, extras.size());
    record.append(10, '\0');  // no comment, disk 0, no attributes
    append<std::uint32_t>(record, large ? kIn64 : header);
    return record + name + extras;
}

std::string directoryEnd(std::uint64_t entries, std::uint64_t offset, std::uint64_t bytes) {
    const bool large = entries >= 0xffff || offset >= kIn64 || bytes >= kIn64;
    std::string record;
    if (large) {
        record += "PK\6\6";
        append<std::uint64_t>(record, 44);
        append<std::uint16_t>(record, kVersion64);
        append<std::uint16_t>(record, kVersion64);
        record.append(8, '\0');  // disk 0
        append<std::uint64_t>(record, entries);
        append<std::uint64_t>(record, entries);
        append<std::uint64_t>(record, bytes);
        append<std::uint64_t>(record, offset);
        record += "PK\6\7";
        append<std::uint32_t>(record, 0);
        append<std::uint64_t>(record, offset + bytes);
        append<std::uint32_t>(record, 1);
    }
    record += "PK\5\6";
    record.append(4, '\0');
    append<std::uint16_t>(record, large ? 0xffff : entries);
    append<std::uint16_t>(record, large ? 0xffff : entries);
    append<std::uint32_t>(record, large ? kIn64 : bytes);
    append<std::uint32_t>(record, large ? kIn64 : offset);
    append<std::uint16_t>(record, 0);
    return record;
}

std::uint32_t checksumOf(std::span<const std::byte> data) {
    return static_cast<std::uint32_t>(::crc32_z(0, reinterpret_cast<const Bytef*>(data.data()), data.size()));
}

}  // namespace

Result<ZipWriter> ZipWriter::create(const fs::path& path) {
    ZipWriter writer(path);
    writer.m_file.reset(std::fopen(path.c_str(), "wb"));
    if (!writer.m_file) return writer.failed();
    return writer;
}

tl::unexpected<Error> ZipWriter::failed() const {
    return fail(ErrorCode::Io, m_path.string() + ": writing failed: " + systemMessage(errno));
}

Status ZipWriter::put(std::span<const std::byte> data) {
    if (!data.empty() && std::fwrite(data.data(), 1, data.size(), m_file.get()) != data.size()) return failed();
    m_position += data.size();
    return {};
}

Status ZipWriter::put(const std::string& data) {
    return put(std::as_bytes(std::span(data)));
}

Status ZipWriter::add(const std::string& name, std::span<const std::byte> data) {
    const Entry entry{name, checksumOf(data), data.size(), m_position};
    if (const Status header = put(localHeader(name, entry.checksum, entry.bytes, m_position)); !header) return header;
    m_entries.push_back(entry);
    return put(data);
}

Status ZipWriter::finish() {
    const std::uint64_t offset = m_position;
    for (const Entry& entry : m_entries) {
        const Status written = put(directoryEntry(entry.name, entry.checksum, entry.bytes, entry.header));
        if (!written) return written;
    }
    if (const Status end = put(directoryEnd(m_entries.size(), offset, m_position - offset)); !end) return end;
    if (std::fflush(m_file.get()) != 0 || std::fclose(m_file.release()) != 0) return failed();
    return {};
}

}  // namespace oodscope::io
