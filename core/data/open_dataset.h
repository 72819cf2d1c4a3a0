// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

#include "core/base/error.h"
#include "core/data/dataset.h"

namespace oodscope::data {

/// Opens whatever holds images, recognised by what is in it:
///  - a folder, flat or of class folders (see openFolder); FOLDER/images alone below FOLDER counts as FOLDER;
///  - CIFAR-10 and -100, binary or python: FOLDER#train or FOLDER#test, or one batch as a file;
///  - ImageNet's flat validation folder with LOC_val_solution.csv;
///  - NINCO: the folder that holds NINCO_OOD_classes; DTD: the folder of images, imdb and labels, or one of its
///  official
///    splits (FOLDER#test1);
///  - a list LIST.txt of "path label" lines, with the folder that the paths start from behind it: LIST.txt#FOLDER;
///  - a .npy or .pt array of images, [N,H,W,3] or [N,3,H,W]; FILE.pt#NAME where a .pt file has several.
/// Errors name the source and the reason.
Result<Dataset> openDataset(const std::filesystem::path& source);

/// The folder of DTD's archive that holds images, imdb and labels.
bool isDtd(const FolderNames& names);

/// What openDataset takes, in words for --help.
std::string sourceHelp();

/// Whether `source` is there and of a kind that openDataset takes; says nothing about what is in a folder or a list.
bool mayBeDataset(const std::filesystem::path& source);

}  // namespace oodscope::data
