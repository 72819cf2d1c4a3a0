// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/unicode.h"

#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

namespace oodscope::text {
namespace {

icu::UnicodeString toIcu(std::u32string_view text) {
    return icu::UnicodeString::fromUTF32(reinterpret_cast<const UChar32*>(text.data()),
                                         static_cast<std::int32_t>(text.size()));
}

std::u32string fromIcu(const icu::UnicodeString& text) {
    std::u32string result;
    result.reserve(static_cast<std::size_t>(text.length()));
    for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1))
        result += static_cast<char32_t>(text.char32At(i));
    return result;
}

/// ICU's data is part of its library; were it missing, the text stays as it is.
std::u32string normalized(const icu::Normalizer2* normalizer, UErrorCode status, std::u32string_view text) {
    const icu::UnicodeString result =
        U_SUCCESS(status) ? normalizer->normalize(toIcu(text), status) : icu::UnicodeString();
    return U_SUCCESS(status) ? fromIcu(result) : std::u32string(text);
}

}  // namespace

std::u32string toUtf32(std::string_view utf8) {
    return fromIcu(icu::UnicodeString::fromUTF8({utf8.data(), static_cast<std::int32_t>(utf8.size())}));
}

void appendUtf8(std::string& out, char32_t c) {
    char bytes[U8_MAX_LENGTH];
    std::int32_t length = 0;
    U8_APPEND_UNSAFE(bytes, length, static_cast<UChar32>(c));
    out.append(bytes, static_cast<std::size_t>(length));
}

std::string toUtf8(std::u32string_view text) {
    std::string utf8;
    utf8.reserve(text.size());
    for (const char32_t c : text)
        appendUtf8(utf8, c);
    return utf8;
}

std::u32string nfc(const std::u32string& text) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* normalizer = icu::Normalizer2::getNFCInstance(status);
    return normalized(normalizer, status, text);
}

std::u32string nfkc(char32_t c) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* normalizer = icu::Normalizer2::getNFKCInstance(status);
    return normalized(normalizer, status, {&c, 1});
}

std::u32string lowered(const std::u32string& text) {
    return fromIcu(toIcu(text).toLower(icu::Locale::getRoot()));
}
std::u32string uppered(const std::u32string& text) {
    return fromIcu(toIcu(text).toUpper(icu::Locale::getRoot()));
}

bool isLetter(char32_t c) {
    return (U_GET_GC_MASK(static_cast<UChar32>(c)) & U_GC_L_MASK) != 0;
}
bool isNumber(char32_t c) {
    return (U_GET_GC_MASK(static_cast<UChar32>(c)) & U_GC_N_MASK) != 0;
}
bool isDecimal(char32_t c) {
    return u_charType(static_cast<UChar32>(c)) == U_DECIMAL_DIGIT_NUMBER;
}
bool isPythonSpace(char32_t c) {
    return u_isUWhiteSpace(static_cast<UChar32>(c)) || (c >= 0x1c && c <= 0x1f);
}

}  // namespace oodscope::text
