// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/jpeg.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstddef>
#include <cstdio>
#include <string>
#include <vector>

#include <jpeglib.h>

namespace oodscope::image {
namespace {

enum class Outcome { Done, Truncated, Failed, TooLarge };

struct ErrorManager {
    jpeg_error_mgr base;  // first, so that libjpeg's pointer is also ours
    std::jmp_buf escape;
    std::array<char, JMSG_LENGTH_MAX> message;
};

/// Everything that lives across libjpeg's longjmp; nothing with a destructor may be made between setjmp and there.
struct Job {
    jpeg_decompress_struct info{};
    ErrorManager errors{};
    jpeg_source_mgr source{};
    Image image;
    std::vector<JSAMPLE> inkRow;
    int minLongSide = 0;
};

[[noreturn]] void onError(j_common_ptr info) {
    auto* errors = reinterpret_cast<ErrorManager*>(info->err);
    errors->base.format_message(info, errors->message.data());
    std::longjmp(errors->escape, 1);
}

void onMessage(j_common_ptr, int) {}
void onOutput(j_common_ptr) {}
void onSource(j_decompress_ptr) {}

/// No more data: libjpeg suspends, which the loop below reports as truncation.
boolean onEmpty(j_decompress_ptr) {
    return FALSE;
}

void onSkip(j_decompress_ptr info, long count) {
    if (count <= 0) return;
    const std::size_t skipped = std::min(static_cast<std::size_t>(count), info->src->bytes_in_buffer);
    info->src->next_input_byte += skipped;
    info->src->bytes_in_buffer -= skipped;
}

void setUpSource(Job& job, std::span<const std::uint8_t> bytes) {
    job.source.next_input_byte = bytes.data();
    job.source.bytes_in_buffer = bytes.size();
    job.source.init_source = &onSource;
    job.source.fill_input_buffer = &onEmpty;
    job.source.skip_input_data = &onSkip;
    job.source.resync_to_restart = &jpeg_resync_to_restart;
    job.source.term_source = &onSource;
    job.info.src = &job.source;
}

void chooseScale(Job& job) {
    if (job.minLongSide <= 0) return;
    const auto longSide = static_cast<std::int64_t>(std::max(job.info.image_width, job.info.image_height));
    job.info.scale_num = 1;
    job.info.scale_denom = 1;
    while (job.info.scale_denom < 8 && longSide / (job.info.scale_denom * 2) >= job.minLongSide)
        job.info.scale_denom *= 2;
}

/// Adobe's inverted inks to RGB, with the rounding of Pillow's CMYK conversion.
void convertInks(const JSAMPLE* inks, std::uint8_t* rgb, int width) {
    for (int x = 0; x < width; ++x) {
        const int black = inks[4 * x + 3];
        for (int c = 0; c < 3; ++c) {
            const int product = (255 - inks[4 * x + c]) * black + 128;
            const int value = black - (((product >> 8) + product) >> 8);
            rgb[3 * x + c] = static_cast<std::uint8_t>(std::max(value, 0));
        }
    }
}

bool readRows(Job& job, bool inks) {
    const std::size_t stride = static_cast<std::size_t>(job.image.width) * 3;
    while (job.info.output_scanline < job.info.output_height) {
        std::uint8_t* first = job.image.rgb.data() + job.info.output_scanline * stride;
        if (inks) {
            JSAMPROW row = job.inkRow.data();
            if (jpeg_read_scanlines(&job.info, &row, 1) == 0) return false;
            convertInks(row, first, job.image.width);
            continue;
        }
        std::array<JSAMPROW, 4> rows{};
        const JDIMENSION count = std::min<JDIMENSION>(rows.size(), job.info.output_height - job.info.output_scanline);
        for (JDIMENSION i = 0; i < count; ++i)
            rows[i] = first + i * stride;
        if (jpeg_read_scanlines(&job.info, rows.data(), count) == 0) return false;
    }
    return true;
}

Outcome decode(Job& job) {
    if (setjmp(job.errors.escape) != 0) return Outcome::Failed;
    if (jpeg_read_header(&job.info, TRUE) == JPEG_SUSPENDED) return Outcome::Truncated;
    if (static_cast<std::int64_t>(job.info.image_width) * job.info.image_height > kMaxPixels) return Outcome::TooLarge;
    const bool inks = job.info.num_components == 4;
    job.info.out_color_space = inks ? JCS_CMYK : JCS_RGB;
    job.info.dct_method = JDCT_ISLOW;
    chooseScale(job);
    if (!jpeg_start_decompress(&job.info)) return Outcome::Truncated;
    job.image.width = static_cast<int>(job.info.output_width);
    job.image.height = static_cast<int>(job.info.output_height);
    job.image.rgb.resize(static_cast<std::size_t>(job.image.width) * job.image.height * 3);
    if (inks) job.inkRow.resize(static_cast<std::size_t>(job.image.width) * 4);
    return readRows(job, inks) ? Outcome::Done : Outcome::Truncated;
}

}  // namespace

bool isJpeg(std::span<const std::uint8_t> bytes) {
    return bytes.size() >= 3 && bytes[0] == 0xFF && bytes[1] == 0xD8 && bytes[2] == 0xFF;
}

Result<Image> decodeJpeg(std::span<const std::uint8_t> bytes, std::string_view name, int minLongSide) {
    Job job;
    job.minLongSide = minLongSide;
    job.info.err = jpeg_std_error(&job.errors.base);
    job.errors.base.error_exit = &onError;
    job.errors.base.emit_message = &onMessage;
    job.errors.base.output_message = &onOutput;
    jpeg_create_decompress(&job.info);
    setUpSource(job, bytes);
    const Outcome outcome = decode(job);
    const JDIMENSION width = job.info.image_width;
    const JDIMENSION height = job.info.image_height;
    const JDIMENSION rows = job.info.output_scanline;
    jpeg_destroy_decompress(&job.info);
    switch (outcome) {
        case Outcome::Done:
            return std::move(job.image);
        case Outcome::Truncated:
            return fail(ErrorCode::BadFile,
                        fmt::format("{}: truncated JPEG: the data ends after {} of {} rows", name, rows, height));
        case Outcome::TooLarge:
            return fail(ErrorCode::BadFile, fmt::format("{}: {} × {} pixels, more than the {} that are read at most",
                                                        name, width, height, kMaxPixels));
        case Outcome::Failed:
            break;
    }
    return fail(ErrorCode::BadFile, fmt::format("{}: broken JPEG: {}", name, job.errors.message.data()));
}

}  // namespace oodscope::image
