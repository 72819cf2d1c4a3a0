// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace oodscope::test {

/// Tiny made-up copies of what data sets look like on disk. Pixel p of channel c of image i is pixelOf(i, c, p).
std::uint8_t pixelOf(std::size_t image, std::size_t channel, std::size_t pixel);

void writeBytes(const std::filesystem::path& file, const std::string& bytes);
/// An empty file for each name: enough for whatever only lists.
void writeEmpty(const std::filesystem::path& folder, const std::vector<std::string>& names);
/// A batch of CIFAR's binary form; `labels` are fine labels, the coarse one of CIFAR-100 is 7. `first`: image number of
/// the first record.
void writeCifarBatch(const std::filesystem::path& file, const std::vector<int>& labels, bool hundred,
                     std::size_t first = 0);
/// A .npy of `descr` ("|u1", "<f4") with `shape` as Python writes it and `values` as they are.
void writeNpyArray(const std::filesystem::path& file, const std::string& descr, const std::string& shape,
                   const std::string& values);
/// The pixels of `count` images of side × side as uint8, N,H,W,3 or planar.
std::string pixelBytes(std::size_t count, std::size_t side, bool planar);

}  // namespace oodscope::test
