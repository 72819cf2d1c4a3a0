// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/words.h"

#include "core/text/unicode.h"

namespace oodscope::text {
namespace {

/// Python matches without regard to case: in cleaned text only the long s is left as another form of a Latin letter.
bool sameIgnoringCase(char32_t c, char letter) {
    return c == static_cast<unsigned char>(letter) || (c == 0x17f && letter == 's');
}

bool beginsWith(std::u32string_view text, std::string_view word) {
    if (text.size() < word.size()) return false;
    for (std::size_t i = 0; i < word.size(); ++i) {
        if (!sameIgnoringCase(text[i], word[i])) return false;
    }
    return true;
}

/// The length of a special name or contraction at the start of `text`; 0: none.
std::size_t fixedWord(std::u32string_view text, const SpecialNames& specials) {
    for (const std::string& special : specials) {
        if (beginsWith(text, special)) return special.size();
    }
    for (const std::string_view contraction : {"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"}) {
        if (beginsWith(text, contraction)) return contraction.size();
    }
    return 0;
}

enum class Kind { Space, Letter, Number, Sign };

Kind kindOf(char32_t c) {
    // The one sign whose other case is a letter: matched without regard to case it is neither, and Python drops it.
    constexpr char32_t kCombiningIota = 0x345;
    if (c == kCombiningIota) return Kind::Space;
    if (isLetter(c)) return Kind::Letter;
    if (isNumber(c)) return Kind::Number;
    return isPythonSpace(c) ? Kind::Space : Kind::Sign;
}

std::size_t run(std::u32string_view text, Kind kind) {
    std::size_t length = 1;
    if (kind == Kind::Number) return length;
    while (length < text.size() && kindOf(text[length]) == kind)
        ++length;
    return length;
}

}  // namespace

std::vector<std::string> splitWords(std::u32string_view cleaned, const SpecialNames& specials) {
    std::vector<std::string> words;
    while (!cleaned.empty()) {
        const Kind kind = kindOf(cleaned[0]);
        std::size_t length = kind == Kind::Sign ? fixedWord(cleaned, specials) : 0;
        if (length == 0) length = run(cleaned, kind);
        if (kind != Kind::Space) words.push_back(toUtf8(cleaned.substr(0, length)));
        cleaned.remove_prefix(length);
    }
    return words;
}

}  // namespace oodscope::text
