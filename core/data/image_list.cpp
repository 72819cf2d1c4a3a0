// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/image_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>
#include <unordered_map>
#include <utility>

#include "core/base/files.h"
#include "core/base/text_util.h"
#include "core/data/folder_walk.h"
#include "core/data/pixel_array.h"

namespace oodscope::data {
namespace {

constexpr std::int64_t kMostClasses = 1 << 20;

struct Entry {
    std::string path;
    std::int32_t label = -1;
};

/// Reads the lines; knows where it is for messages.
class ListReader {
public:
    explicit ListReader(const fs::path& list) : m_list(list) {}

    Result<std::vector<Entry>> read() {
        const auto text = readTextFile(m_list);
        if (!text) return failFrom(text);
        std::vector<Entry> entries;
        for (const std::string& line : splitLines(*text)) {
            ++m_line;
            if (trimmed(line).empty()) continue;
            auto entry = parse(trimmed(line));
            if (!entry) return failFrom(entry);
            if (auto noted = note(*entry); !noted) return failFrom(noted);
            entries.push_back(std::move(*entry));
        }
        if (entries.empty()) return fail(ErrorCode::BadFile, m_list.string() + ": lists no images");
        return entries;
    }
    std::size_t twice() const { return m_twice; }

private:
    tl::unexpected<Error> wrong(const std::string& reason) const {
        return fail(ErrorCode::BadFile, fmt::format("{}: line {}: {}", m_list.string(), m_line, reason));
    }

    Result<Entry> parse(std::string_view line) const {
        const std::size_t space = line.find_last_of(" \t");
        if (space == std::string_view::npos) return wrong("is not \"path label\"");
        const std::string_view number = line.substr(space + 1);
        std::int64_t label = 0;
        const auto parsed = std::from_chars(number.data(), number.data() + number.size(), label);
        if (parsed.ec != std::errc() || parsed.ptr != number.data() + number.size())
            return wrong("is not \"path label\" with a whole number as the label");
        if (label < -1 || label >= kMostClasses) return wrong(fmt::format("label {} is out of range", label));
        const fs::path path = fs::path(trimmed(line.substr(0, space))).lexically_normal();
        if (path.is_absolute() || path.empty() || *path.begin() == "..")
            return wrong(fmt::format("'{}' leaves the folder that the paths start from", path.string()));
        return Entry{path.generic_string(), static_cast<std::int32_t>(label)};
    }

    Status note(const Entry& entry) {
        const auto [seen, isNew] = m_seen.try_emplace(entry.path, m_line, entry.label);
        if (isNew) return {};
        ++m_twice;
        if (seen->second.second == entry.label) return {};
        return wrong(fmt::format("'{}' has label {} here and {} in line {}", entry.path, entry.label,
                                 seen->second.second, seen->second.first));
    }

    const fs::path& m_list;
    std::size_t m_line = 0;
    std::size_t m_twice = 0;
    std::unordered_map<std::string, std::pair<std::size_t, std::int32_t>> m_seen;  // path → line, label
};

/// Where `image` is found from the list's folder upwards.
std::optional<fs::path> findRoot(const fs::path& list, const std::string& image) {
    std::error_code ec;
    fs::path folder = list.parent_path();
    for (int level = 0; level < 4; ++level, folder = folder.parent_path()) {
        for (const char* below : {"", "images_largescale", "images_classic"}) {
            const fs::path root = folder / below;
            if (fs::exists(root / image, ec)) return *below == '\0' ? folder : root;
        }
    }
    return std::nullopt;
}

Result<fs::path> rootOf(const fs::path& list, const fs::path& given, const std::string& firstImage) {
    std::error_code ec;
    if (given.empty()) {
        if (auto found = findRoot(list, firstImage)) return *found;
        return fail(ErrorCode::NotFound,
                    fmt::format("{}: {} is in no folder near it; give the folder that the paths start from: {}#FOLDER",
                                list.string(), firstImage, list.string()));
    }
    const fs::path root = fs::absolute(given, ec).lexically_normal();
    if (!fs::is_directory(root, ec))
        return fail(ErrorCode::NotFound, fmt::format("{}: no such folder (for {})", root.string(), list.string()));
    return root;
}

void noteTroubles(Dataset& dataset, const std::vector<FoundFile>& files, std::size_t twice) {
    const auto missing = std::ranges::count_if(files, [](const FoundFile& f) { return f.modifiedNs == 0; });
    if (missing > 0) dataset.notes.push_back(fmt::format("{} of {} listed files are not there", missing, files.size()));
    if (twice > 0) dataset.notes.push_back(fmt::format("{} lines name a file that is listed before", twice));
}

}  // namespace

Result<Dataset> openImageList(const fs::path& list, const fs::path& given) {
    ListReader reader(list);
    auto entries = reader.read();
    if (!entries) return failFrom(entries);
    const auto root = rootOf(list, given, entries->front().path);
    if (!root) return failFrom(root);
    Dataset dataset;
    dataset.name = list.stem().string();
    dataset.source = list.string() + (given.empty() ? "" : "#" + root->string());
    dataset.root = *root;
    std::vector<FoundFile> files(entries->size());
    for (std::size_t i = 0; i < files.size(); ++i)
        files[i].path = std::move((*entries)[i].path);
    describeFiles(*root, files);
    noteTroubles(dataset, files, reader.twice());
    std::int32_t highest = -1;
    for (std::size_t i = 0; i < files.size(); ++i) {
        const std::int32_t label = (*entries)[i].label;
        highest = std::max(highest, label);
        dataset.samples.push_back(Sample{std::move(files[i].path), label, files[i].bytes, files[i].modifiedNs});
    }
    dataset.classNames = numberNames(highest);
    return dataset;
}

}  // namespace oodscope::data
