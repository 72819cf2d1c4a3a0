// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/prompt_library.h"

#include <algorithm>
#include <system_error>

#include "core/base/files.h"
#include "core/data/cifar.h"
#include "core/io/tensor_file.h"
#include "core/text/class_name_sets.h"

namespace oodscope::experiment {
namespace {

namespace fs = std::filesystem;

const std::vector<text::ClassNameSet>& builtInNames() {
    static const std::vector<text::ClassNameSet> sets = [] {
        std::vector<text::ClassNameSet> all{{"cifar10", data::cifarClassNames(10)},
                                            {"cifar100", data::cifarClassNames(100)}};
        const std::vector<text::ClassNameSet>& imagenet = text::imagenetNameSets();
        all.insert(all.end(), imagenet.begin(), imagenet.end());
        return all;
    }();
    return sets;
}

/// Name and number of lines of every built-in set.
std::vector<PromptLibrary::Entry> builtInEntries(TextSetKind kind) {
    std::vector<PromptLibrary::Entry> entries;
    if (kind == TextSetKind::Prompts) {
        for (const text::PromptSet& set : text::builtInPromptSets())
            entries.push_back({set.name, true, set.templates.size()});
    } else {
        for (const text::ClassNameSet& set : builtInNames())
            entries.push_back({set.name, true, set.names.size()});
    }
    return entries;
}

bool isBuiltIn(TextSetKind kind, const std::string& name) {
    return std::ranges::any_of(builtInEntries(kind), [&](const auto& entry) { return entry.name == name; });
}

Status checkName(TextSetKind kind, const std::string& name) {
    const auto allowed = [](unsigned char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
               c == '.';
    };
    if (name.empty() || name.front() == '.' || name.size() > 100 || !std::ranges::all_of(name, allowed))
        return fail(ErrorCode::InvalidArgument, io::quotedName(name) +
                                                    ": a set's name is made of letters, digits, '-', '_' and '.', and "
                                                    "does not begin with a '.'");
    if (isBuiltIn(kind, name))
        return fail(ErrorCode::InvalidArgument, io::quotedName(name) + " is built in; choose another name");
    return {};
}

/// Prompts or class names in `file`. Errors: those of its reader.
Result<std::size_t> lineCount(TextSetKind kind, const fs::path& file) {
    if (kind == TextSetKind::Prompts)
        return text::readPrompts(file).map([](const text::PromptSet& prompts) { return prompts.templates.size(); });
    return text::readClassNames(file).map([](const std::vector<std::string>& names) { return names.size(); });
}

}  // namespace

fs::path PromptLibrary::fileOf(TextSetKind kind, const std::string& name) const {
    return m_folder / (kind == TextSetKind::Prompts ? "prompts" : "names") / (name + ".txt");
}

Result<fs::path> PromptLibrary::resolve(TextSetKind kind, const std::string& nameOrFile) const {
    std::error_code ec;
    if (checkName(kind, nameOrFile)) {
        if (fs::path stored = fileOf(kind, nameOrFile); fs::exists(stored, ec)) return stored;
    }
    if (fs::exists(nameOrFile, ec)) return fs::path(nameOrFile);
    std::string known;
    for (const Entry& entry : list(kind))
        known += (known.empty() ? "" : ", ") + entry.name;
    const char* what = kind == TextSetKind::Prompts ? "set of prompts" : "list of class names";
    return fail(ErrorCode::NotFound,
                io::quotedName(nameOrFile) + ": no file and no " + what + " (there are " + known + ")");
}

std::vector<PromptLibrary::Entry> PromptLibrary::list(TextSetKind kind) const {
    std::vector<Entry> stored;
    std::error_code ec;
    for (fs::directory_iterator it(fileOf(kind, "x").parent_path(), ec), end; !ec && it != end; it.increment(ec)) {
        if (it->path().extension() == ".txt" && checkName(kind, it->path().stem().string()))
            stored.push_back({it->path().stem().string(), false, lineCount(kind, it->path()).value_or(0)});
    }
    std::ranges::sort(stored, {}, &Entry::name);
    std::vector<Entry> entries = builtInEntries(kind);
    entries.insert(entries.end(), stored.begin(), stored.end());
    return entries;
}

Result<text::PromptSet> PromptLibrary::prompts(const std::string& nameOrFile) const {
    if (isBuiltIn(TextSetKind::Prompts, nameOrFile)) return text::builtInPrompts(nameOrFile);
    const auto file = resolve(TextSetKind::Prompts, nameOrFile);
    if (!file) return failFrom(file);
    return text::readPrompts(*file);
}

Result<std::vector<std::string>> PromptLibrary::names(const std::string& nameOrFile) const {
    for (const text::ClassNameSet& set : builtInNames()) {
        if (set.name == nameOrFile) return set.names;
    }
    const auto file = resolve(TextSetKind::Names, nameOrFile);
    if (!file) return failFrom(file);
    return text::readClassNames(*file);
}

Status PromptLibrary::save(TextSetKind kind, const std::string& name, const std::vector<std::string>& lines) const {
    if (auto good = checkName(kind, name); !good) return good;
    std::string contents;
    for (const std::string& line : lines)
        contents += line + "\n";
    const fs::path file = fileOf(kind, name);
    // Read back before it takes the place of an older set: what is kept is what the readers accept.
    return writeAtomically(file, [&](const fs::path& temporary) -> Status {
        if (auto written = writeFileAtomically(temporary, contents); !written) return written;
        const auto count = lineCount(kind, temporary);
        if (!count) return fail(count.error().code, io::quotedName(name) + ": " + count.error().message);
        if (*count == lines.size()) return {};
        return fail(ErrorCode::InvalidArgument,
                    io::quotedName(name) + ": a line is empty, a comment or holds a line break");
    });
}

Status PromptLibrary::remove(TextSetKind kind, const std::string& name) const {
    if (auto good = checkName(kind, name); !good) return good;
    std::error_code ec;
    if (fs::remove(fileOf(kind, name), ec)) return {};
    return fail(ErrorCode::NotFound, io::quotedName(name) + ": the workspace has no such set");
}

}  // namespace oodscope::experiment
