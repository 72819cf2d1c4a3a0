// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/image_location.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <list>
#include <mutex>
#include <system_error>

#include "core/base/files.h"
#include "core/data/containers.h"
#include "core/data/source_name.h"
#include "core/image/decode.h"

namespace oodscope::data {
namespace {

/// The containers used last, opened. One that was changed on disk is opened again.
class OpenContainers {
public:
    Result<PixelArrayPtr> open(const fs::path& file, const std::string& part) {
        const auto stamp = stampOf(file);
        {
            const std::lock_guard lock(m_mutex);
            const auto found =
                std::ranges::find_if(m_entries, [&](const Entry& e) { return e.file == file && e.part == part; });
            if (found != m_entries.end() && found->stamp == stamp) {
                m_entries.splice(m_entries.begin(), m_entries, found);
                return m_entries.front().array;
            }
            if (found != m_entries.end()) m_entries.erase(found);
        }
        // Unlocked: two threads may open the same one for the first time, which does no harm.
        auto opened = openContainer(file, part);
        if (!opened) return opened;
        const std::lock_guard lock(m_mutex);
        m_entries.push_front({file, part, stamp, *opened});
        if (m_entries.size() > kMost) m_entries.pop_back();
        return opened;
    }

private:
    using Stamp = std::pair<std::uintmax_t, fs::file_time_type>;
    struct Entry {
        fs::path file;
        std::string part;
        Stamp stamp;
        PixelArrayPtr array;
    };
    static constexpr std::size_t kMost = 16;

    static Stamp stampOf(const fs::path& file) {
        std::error_code ec;
        return {fs::file_size(file, ec), fs::last_write_time(file, ec)};
    }

    std::mutex m_mutex;
    std::list<Entry> m_entries;  // the last used first
};

Result<image::Image> readRecord(const ImageLocation& location) {
    static OpenContainers containers;
    const auto array = containers.open(location.file, location.part);
    if (!array) return failFrom(array);
    return (*array)->read(*location.record);
}

}  // namespace

ImageLocation parseLocation(const fs::path& location) {
    const std::string name = location.filename().string();
    const std::size_t hash = name.rfind('#');
    std::size_t record = 0;
    const char* const end = name.data() + name.size();
    if (hash == std::string::npos || hash + 1 == name.size()) return {location, {}, {}};
    const auto parsed = std::from_chars(name.data() + hash + 1, end, record);
    if (parsed.ec != std::errc() || parsed.ptr != end) return {location, {}, {}};
    auto container = parseSource(location.parent_path() / name.substr(0, hash));
    return {std::move(container.path), std::move(container.part), record};
}

std::string recordName(const std::string& container, std::size_t record) {
    return fmt::format("{}#{:05}", container, record);
}

Result<image::Image> readImage(const fs::path& location) {
    const ImageLocation parsed = parseLocation(location);
    return parsed.record ? readRecord(parsed) : image::decodeFile(location);
}

Result<image::Image> readThumbnail(const fs::path& location, int longSide) {
    const ImageLocation parsed = parseLocation(location);
    if (!parsed.record) return image::decodeThumbnail(location, longSide);
    auto whole = readRecord(parsed);
    if (!whole) return whole;
    return image::shrink(std::move(*whole), longSide);
}

}  // namespace oodscope::data
