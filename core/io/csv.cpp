// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/csv.h"

#include <algorithm>

#include "core/base/files.h"

namespace oodscope::io {
namespace {

/// One pass over the text, cell by cell.
class Parser {
public:
    explicit Parser(std::string_view text) : m_text(text) {}

    bool atEnd() const { return m_at >= m_text.size(); }
    std::size_t line() const { return m_line; }

    /// Error: the reason alone.
    Result<std::vector<std::string>> row() {
        std::vector<std::string> cells;
        do {
            auto cell = atEnd() || m_text[m_at] != '"' ? plain() : quoted();
            if (!cell) return failFrom(cell);
            cells.push_back(std::move(*cell));
        } while (take(','));
        if (!take('\n') && !atEnd()) return fail(ErrorCode::BadFile, "text after a closing quote");
        return cells;
    }

private:
    bool take(char c) {
        if (c == '\n' && m_text.substr(m_at).starts_with("\r\n")) ++m_at;
        if (atEnd() || m_text[m_at] != c) return false;
        ++m_at;
        if (c == '\n') ++m_line;
        return true;
    }

    Result<std::string> plain() {
        const std::size_t end = std::min(m_text.find_first_of(",\n\"", m_at), m_text.size());
        if (end < m_text.size() && m_text[end] == '"') return fail(ErrorCode::BadFile, "a quote inside a cell");
        std::string cell(m_text.substr(m_at, end - m_at));
        m_at = end;
        if (cell.ends_with('\r')) cell.pop_back();
        return cell;
    }

    Result<std::string> quoted() {
        std::string cell;
        for (++m_at; !atEnd(); ++m_at) {
            const char c = m_text[m_at];
            if (c == '"' && !m_text.substr(m_at + 1).starts_with('"')) {
                ++m_at;
                return cell;
            }
            if (c == '"') ++m_at;
            if (c == '\n') ++m_line;
            cell += c;
        }
        return fail(ErrorCode::BadFile, "a quote is not closed");
    }

    std::string_view m_text;
    std::size_t m_at = 0;
    std::size_t m_line = 1;
};

}  // namespace

Result<std::vector<std::vector<std::string>>> readCsv(const fs::path& path) {
    const auto text = readTextFile(path);
    if (!text) return failFrom(text);
    std::string_view rest = *text;
    if (rest.starts_with("\xef\xbb\xbf")) rest.remove_prefix(3);
    Parser parser(rest);
    std::vector<std::vector<std::string>> rows;
    while (!parser.atEnd()) {
        const std::string place = path.string() + ": line " + std::to_string(parser.line()) + ": ";
        auto row = parser.row();
        if (!row) return fail(ErrorCode::BadFile, place + row.error().message);
        if (row->size() == 1 && row->front().empty()) continue;
        if (!rows.empty() && row->size() != rows.front().size())
            return fail(ErrorCode::BadFile, place + std::to_string(row->size()) + " cells, the first row has " +
                                                std::to_string(rows.front().size()));
        rows.push_back(std::move(*row));
    }
    if (rows.empty()) return fail(ErrorCode::BadFile, path.string() + ": holds no rows");
    return rows;
}

std::string csvRow(std::span<const std::string> cells) {
    std::string row;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i > 0) row += ',';
        if (cells[i].find_first_of(",\"\n\r") == std::string::npos) {
            row += cells[i];
            continue;
        }
        row += '"';
        for (const char c : cells[i])
            row += c == '"' ? std::string("\"\"") : std::string(1, c);
        row += '"';
    }
    return row + "\n";
}

}  // namespace oodscope::io
