// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/byte_symbols.h"

#include "core/text/unicode.h"

namespace oodscope::text {
namespace {

bool isPrintable(int byte) {
    return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xff && byte != 0xad);
}

std::array<std::string, 256> buildSymbols() {
    std::array<std::string, 256> symbols;
    char32_t next = 0x100;
    for (int byte = 0; byte < 256; ++byte)
        appendUtf8(symbols[static_cast<std::size_t>(byte)], isPrintable(byte) ? static_cast<char32_t>(byte) : next++);
    return symbols;
}

std::array<unsigned char, 256> buildOrder() {
    std::array<unsigned char, 256> order{};
    std::size_t at = 0;
    for (const bool printable : {true, false}) {
        for (int byte = 0; byte < 256; ++byte) {
            if (isPrintable(byte) == printable) order[at++] = static_cast<unsigned char>(byte);
        }
    }
    return order;
}

}  // namespace

const std::array<std::string, 256>& byteSymbols() {
    static const auto symbols = buildSymbols();
    return symbols;
}

const std::array<unsigned char, 256>& byteOrder() {
    static const auto order = buildOrder();
    return order;
}

}  // namespace oodscope::text
