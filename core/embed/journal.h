// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/embed/batch_feeder.h"

namespace oodscope::embed {

/// One finished batch in the journal of a running extraction.
///
/// Note [Journal]
/// One line per finished batch: the hash of the rest of the line (with the plan's), then JSON with the batch's number,
/// the hash of its rows and its unreadable images. The line is written after the rows. A reader stops at the first line
/// that is not whole, and takes a batch only where the rows have the hash that its line names; so a kill at any moment,
/// and also a power cut that loses some of the pages, costs batches but never lets a wrong row through. Files are
/// synced every few seconds, which bounds what a power cut costs.
struct JournalRecord {
    std::size_t batch = 0;
    std::string rowsHash;
    std::vector<BadImage> bad;
};

/// With its line end. `planHash` binds the line to one plan.
std::string journalLine(const JournalRecord& record, std::string_view planHash);

/// The records of the lines that are whole, from the front; `validBytes` is where the first bad line begins.
std::vector<JournalRecord> parseJournal(std::string_view text, std::string_view planHash, std::size_t& validBytes);

}  // namespace oodscope::embed
