// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/dataset_files.h"

#include <fstream>

#include "core/io/npy_header.h"

namespace oodscope::test {

namespace fs = std::filesystem;

std::uint8_t pixelOf(std::size_t image, std::size_t channel, std::size_t pixel) {
    return static_cast<std::uint8_t>(image * 37 + channel * 101 + pixel * 3);
}

void writeBytes(const fs::path& file, const std::string& bytes) {
    fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

void writeEmpty(const fs::path& folder, const std::vector<std::string>& names) {
    for (const std::string& name : names)
        writeBytes(folder / name, "");
}

std::string pixelBytes(std::size_t count, std::size_t side, bool planar) {
    std::string bytes;
    const std::size_t area = side * side;
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t at = 0; at < area * 3; ++at) {
            const std::size_t channel = planar ? at / area : at % 3;
            bytes += static_cast<char>(pixelOf(i, channel, planar ? at % area : at / 3));
        }
    }
    return bytes;
}

void writeCifarBatch(const fs::path& file, const std::vector<int>& labels, bool hundred, std::size_t first) {
    const std::string pixels = pixelBytes(first + labels.size(), 32, /*planar=*/true);
    std::string bytes;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        if (hundred) bytes += static_cast<char>(7);
        bytes += static_cast<char>(labels[i]);
        bytes += pixels.substr((first + i) * 3072, 3072);
    }
    writeBytes(file, bytes);
}

void writeNpyArray(const fs::path& file, const std::string& descr, const std::string& shape,
                   const std::string& values) {
    writeBytes(file, io::npyHeader(descr, shape) + values);
}

}  // namespace oodscope::test
