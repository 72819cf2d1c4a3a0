// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/html.h"

#include <fmt/format.h>

namespace oodscope::experiment {
namespace {

constexpr std::string_view kStyle = R"(
:root { color-scheme: light dark; --line: #8884; --soft: #8881; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: 0; }
h2 { font-size: 1.15rem; margin-top: 2.2rem; border-bottom: 1px solid var(--line); }
table { border-collapse: collapse; margin: .6rem 0; display: block; overflow-x: auto; }
th, td { padding: .2rem .8rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); }
th:first-child, td:first-child { text-align: left; }
tr:nth-child(even) td { background: var(--soft); }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--soft); padding: .8rem; border-radius: 4px; }
ul { list-style: none; padding-left: 1.2rem; margin: 0; }
li { overflow-wrap: anywhere; }
li > b { font-weight: 600; margin-right: .6rem; }
img { max-width: 100%; background: #fff; border-radius: 4px; }
figure { margin: 1rem 0; }
figcaption, .faint { opacity: .75; font-size: .9rem; }
@media print { body { max-width: none; margin: 0; } h2 { break-after: avoid; } figure, table { break-inside: avoid; } }
)";

std::string scalar(const nlohmann::json& value) {
    using nlohmann::json;
    return value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

std::string htmlEscaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

std::string htmlTable(std::span<const std::string> header, const std::vector<std::vector<std::string>>& rows) {
    std::string html = "<table>\n<thead><tr>";
    for (const std::string& cell : header)
        html += "<th>" + htmlEscaped(cell) + "</th>";
    html += "</tr></thead>\n<tbody>\n";
    for (const std::vector<std::string>& row : rows) {
        html += "<tr>";
        for (const std::string& cell : row)
            html += "<td>" + htmlEscaped(cell) + "</td>";
        html += "</tr>\n";
    }
    return html + "</tbody>\n</table>\n";
}

std::string htmlTree(const nlohmann::json& value) {
    std::string html = "<ul>\n";
    for (const auto& [key, inner] : value.items()) {
        if (inner.is_null() || (inner.is_structured() && inner.empty())) continue;
        html += "<li>";
        if (!value.is_array()) html += "<b>" + htmlEscaped(key) + "</b>";
        html += inner.is_structured() ? htmlTree(inner) : htmlEscaped(scalar(inner));
        html += "</li>\n";
    }
    return html + "</ul>\n";
}

std::string dataAddress(std::string_view mediaType, std::string_view bytes) {
    constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text = "data:" + std::string(mediaType) + ";base64,";
    text.reserve(text.size() + (bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        unsigned block = 0;
        for (std::size_t k = 0; k < 3; ++k)
            block = block << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
        for (std::size_t k = 0; k < 4; ++k)
            text += i + k <= bytes.size() ? kDigits[block >> (18 - 6 * k) & 63] : '=';
    }
    return text;
}

std::string htmlPage(std::string_view title, std::string_view body) {
    return fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width\">\n<title>{}</title>\n<style>{}</style>\n</head>\n"
        "<body>\n{}</body>\n</html>\n",
        htmlEscaped(title), kStyle, body);
}

}  // namespace oodscope::experiment
