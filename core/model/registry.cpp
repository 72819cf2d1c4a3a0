// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/registry.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "core/base/text_util.h"
#include "core/model/registry_entries.h"

namespace oodscope::model {
namespace {

// One spelling for all: lower case, '/' between an architecture and its tag, no marks before the name.
std::string normalised(std::string_view text) {
    std::string name;
    for (const char c : toLowerAscii(text)) {
        if (c != ':' && c != '/')
            name += c;
        else if (!name.empty() && name.back() != '/')
            name += '/';
    }
    for (const std::string_view mark : {"hf-hub/", "openclip_", "timm_"}) {
        if (name.starts_with(mark)) name.erase(0, mark.size());
    }
    return name;
}

// The number of single-letter changes between two names.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

}  // namespace

bool RegistryEntry::isCalled(std::string_view text) const {
    const std::string wanted = normalised(text);
    const auto same = [&](std::string_view known) { return !known.empty() && normalised(known) == wanted; };
    const std::size_t slash = repository.find('/');
    const std::string_view bare =
        slash == std::string::npos ? std::string_view() : std::string_view(repository).substr(slash + 1);
    return same(name) || same(repository) || same(bare) || std::ranges::any_of(aliases, same);
}

std::span<const RegistryEntry> registry() {
    static const std::vector<RegistryEntry> entries = registryEntries();
    return entries;
}

const RegistryEntry* findEntry(std::string_view name) {
    const auto entries = registry();
    const auto found = std::ranges::find_if(entries, [&](const RegistryEntry& e) { return e.isCalled(name); });
    return found == entries.end() ? nullptr : &*found;
}

const RegistryEntry* findEntryOfFile(std::string_view fileName) {
    const auto entries = registry();
    const auto found =
        std::ranges::find_if(entries, [&](const RegistryEntry& e) { return !e.file.empty() && e.file == fileName; });
    return found == entries.end() ? nullptr : &*found;
}

std::vector<std::string> similarNames(std::string_view name, std::size_t most) {
    const std::string wanted = normalised(name);
    std::vector<std::pair<std::size_t, std::string>> ranked;
    for (const RegistryEntry& entry : registry()) {
        const std::string known = normalised(entry.name);
        const bool contained = !wanted.empty() && known.find(wanted) != std::string::npos;
        const std::size_t changes = contained ? 0 : distance(wanted, known);
        if (contained || changes <= std::max<std::size_t>(3, wanted.size() / 3))
            ranked.emplace_back(changes, entry.name);
    }
    std::ranges::stable_sort(ranked, {}, &std::pair<std::size_t, std::string>::first);
    std::vector<std::string> names;
    for (std::size_t i = 0; i < std::min(most, ranked.size()); ++i)
        names.push_back(std::move(ranked[i].second));
    return names;
}

}  // namespace oodscope::model
