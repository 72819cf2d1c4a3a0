// SPDX-License-Identifier: GPL-3.0-or-later
// Private to the pickle reader: opcodes that spell out a plain value.
#pragma once

#include <string>

#include "core/io/byte_reader.h"
#include "core/io/pickle_value.h"

namespace oodscope::io {

/// What came of an opcode. Unknown: it is none of those asked.
enum class PickleStep { Done, Unknown, CutShort, Bad, Stop };

struct PickleLiteral {
    PickleStep step = PickleStep::Unknown;
    PickleValue::Data value;  // of Done
    std::string problem;      // of Bad
};

/// The None, bool, number, text or bytes of opcode `code`, whose operand is next in `reader`. Texts and bytes share the
/// reader's memory.
PickleLiteral readPickleLiteral(unsigned code, ByteReader& reader);

}  // namespace oodscope::io
