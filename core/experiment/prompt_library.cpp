// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/prompt_library.h"

#include <algorithm>
#include <system_error>

#include "core/base/files.h"
#include "core/io/tensor_file.h"

namespace oodscope::experiment {
namespace {

namespace fs = std::filesystem;

bool isBuiltIn(const std::string& name) {
    return std::ranges::any_of(text::builtInPromptSets(), [&](const auto& set) { return set.name == name; });
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
    if (kind == TextSetKind::Prompts && isBuiltIn(name))
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

fs::path PromptLibrary::resolve(TextSetKind kind, const std::string& nameOrFile) const {
    std::error_code ec;
    if (checkName(kind, nameOrFile)) {
        if (const fs::path stored = fileOf(kind, nameOrFile); fs::exists(stored, ec)) return stored;
    }
    return nameOrFile;
}

std::vector<PromptLibrary::Entry> PromptLibrary::list(TextSetKind kind) const {
    std::vector<Entry> stored;
    std::error_code ec;
    for (fs::directory_iterator it(fileOf(kind, "x").parent_path(), ec), end; !ec && it != end; it.increment(ec)) {
        if (it->path().extension() == ".txt" && checkName(kind, it->path().stem().string()))
            stored.push_back({it->path().stem().string(), false, lineCount(kind, it->path()).value_or(0)});
    }
    std::ranges::sort(stored, {}, &Entry::name);
    std::vector<Entry> entries;
    if (kind == TextSetKind::Prompts) {
        for (const text::PromptSet& set : text::builtInPromptSets())
            entries.push_back({set.name, true, set.templates.size()});
    }
    entries.insert(entries.end(), stored.begin(), stored.end());
    return entries;
}

Result<text::PromptSet> PromptLibrary::prompts(const std::string& nameOrFile) const {
    if (isBuiltIn(nameOrFile)) return text::builtInPrompts(nameOrFile);
    const fs::path file = resolve(TextSetKind::Prompts, nameOrFile);
    std::error_code ec;
    if (!fs::exists(file, ec)) {
        std::string known;
        for (const Entry& entry : list(TextSetKind::Prompts))
            known += (known.empty() ? "" : ", ") + entry.name;
        return fail(ErrorCode::NotFound,
                    io::quotedName(nameOrFile) + ": no file and no set of prompts (there are " + known + ")");
    }
    return text::readPrompts(file);
}

Result<std::vector<std::string>> PromptLibrary::names(const std::string& nameOrFile) const {
    return text::readClassNames(resolve(TextSetKind::Names, nameOrFile));
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
