// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace oodscope {

bool endsWithIgnoringCase(std::string_view text, std::string_view suffix);
/// ASCII lower case.
std::string toLowerAscii(std::string_view text);
/// Without ASCII white space at both ends.
std::string_view trimmed(std::string_view text);
/// Lines without their ends (LF or CRLF); a last line without an end counts, an empty rest does not.
std::vector<std::string> splitLines(std::string_view text);
std::vector<std::string> split(std::string_view text, char separator);

/// `word` as a POSIX shell reads it back: as it is where that is safe, else in single quotes.
std::string shellQuoted(std::string_view word);
/// The words of a command, each quoted where needed, with spaces between.
std::string shellCommand(const std::vector<std::string>& words);

}  // namespace oodscope
