// SPDX-License-Identifier: GPL-3.0-or-later
// Zip archives and pickles by hand, whole and broken.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace oodscope::testing {

template <class Number>
std::string numberBytes(Number value) {
    return {reinterpret_cast<const char*>(&value), sizeof value};
}

struct ZipMember {
    std::string name;
    std::string data;
    std::uint16_t method = 0;
    std::uint16_t flags = 0;
    std::uint64_t bytes = ~std::uint64_t{0};  // as the archive says; else those of `data`
};

struct ZipMaker {
    std::vector<ZipMember> members;
    bool zip64 = false;
    /// Changes the place of member i's local header in the directory.
    std::function<std::uint64_t(std::size_t i, std::uint64_t offset)> moved = [](std::size_t, std::uint64_t offset) {
        return offset;
    };
    std::uint64_t entriesMore = 0;

    std::string make() const {
        std::string file, directory;
        for (std::size_t i = 0; i < members.size(); ++i) {
            const ZipMember& member = members[i];
            directory += entry(member, moved(i, file.size()));
            file += local(member) + member.data;
        }
        return file + directory + end(file.size(), directory.size());
    }

private:
    static std::uint64_t said(const ZipMember& member) {
        return member.bytes == ~std::uint64_t{0} ? member.data.size() : member.bytes;
    }
    template <class Number>
    static std::string n(std::uint64_t value) {
        return numberBytes(static_cast<Number>(value));
    }
    static std::string sums(const ZipMember& member) {
        const auto* data = reinterpret_cast<const Bytef*>(member.data.data());
        return n<std::uint16_t>(member.flags) + n<std::uint16_t>(member.method) + n<std::uint32_t>(0) +
               n<std::uint32_t>(::crc32(0, data, static_cast<uInt>(member.data.size())));
    }
    std::string local(const ZipMember& member) const {
        return "PK\3\4" + n<std::uint16_t>(45) + sums(member) + n<std::uint32_t>(member.data.size()) +
               n<std::uint32_t>(said(member)) + n<std::uint16_t>(member.name.size()) + n<std::uint16_t>(0) +
               member.name;
    }
    std::string entry(const ZipMember& member, std::uint64_t offset) const {
        const std::string large = n<std::uint16_t>(1) + n<std::uint16_t>(24) + n<std::uint64_t>(said(member)) +
                                  n<std::uint64_t>(member.data.size()) + n<std::uint64_t>(offset);
        const std::uint64_t all = 0xffffffff;
        return "PK\1\2" + n<std::uint16_t>(45) + n<std::uint16_t>(45) + sums(member) +
               n<std::uint32_t>(zip64 ? all : member.data.size()) + n<std::uint32_t>(zip64 ? all : said(member)) +
               n<std::uint16_t>(member.name.size()) + n<std::uint16_t>(zip64 ? large.size() : 0) +
               std::string(10, '\0') + n<std::uint32_t>(zip64 ? all : offset) + member.name + (zip64 ? large : "");
    }
    std::string end(std::uint64_t offset, std::uint64_t size) const {
        const std::uint64_t count = members.size() + entriesMore;
        std::string record;
        if (zip64) {
            record = "PK\6\6" + n<std::uint64_t>(44) + n<std::uint32_t>(0) + std::string(8, '\0') +
                     n<std::uint64_t>(count) + n<std::uint64_t>(count) + n<std::uint64_t>(size) +
                     n<std::uint64_t>(offset);
            record += "PK\6\7" + n<std::uint32_t>(0) + n<std::uint64_t>(offset + size) + n<std::uint32_t>(1);
        }
        record += "PK\5\6" + n<std::uint32_t>(0) + n<std::uint16_t>(zip64 ? 0xffff : count) +
                  n<std::uint16_t>(zip64 ? 0xffff : count) + n<std::uint32_t>(zip64 ? 0xffffffff : size) +
                  n<std::uint32_t>(zip64 ? 0xffffffff : offset) + n<std::uint16_t>(0);
        return record;
    }
};

/// Pieces of pickles, protocol 2.
namespace pickle {

inline std::string text(std::string_view value) {
    return "X" + numberBytes(static_cast<std::uint32_t>(value.size())) + std::string(value);
}
inline std::string integer(std::int64_t value) {
    return std::string("\x8a\x08") + numberBytes(value);
}
inline std::string tuple(const std::vector<std::string>& items) {
    std::string all = "(";
    for (const std::string& item : items)
        all += item;
    return all + "t";
}
inline std::string sizes(const std::vector<std::int64_t>& values) {
    std::vector<std::string> items;
    for (const std::int64_t value : values)
        items.push_back(integer(value));
    return tuple(items);
}
inline std::string dict(const std::vector<std::pair<std::string, std::string>>& entries) {
    std::string all = "}(";
    for (const auto& [key, value] : entries)
        all += text(key) + value;
    return all + "u";
}
inline std::string storage(const std::string& type, const std::string& key, std::int64_t elements) {
    return tuple({text("storage"), "ctorch\n" + type + "\n", text(key), text("cpu"), integer(elements)}) + "Q";
}
inline std::string tensor(const std::string& storage, std::int64_t offset, const std::vector<std::int64_t>& shape,
                          const std::vector<std::int64_t>& strides) {
    return "ctorch._utils\n_rebuild_tensor_v2\n" +
           tuple({storage, integer(offset), sizes(shape), sizes(strides), "\x89", "}"}) + "R";
}
inline std::string whole(const std::string& value) {
    return "\x80\x02" + value + ".";
}

}  // namespace pickle
}  // namespace oodscope::testing
