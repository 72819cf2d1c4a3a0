// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/catalogue.h"

#include <algorithm>

namespace oodscope::data {
namespace {

constexpr std::string_view kImageNet = "ImageNet (ILSVRC 2012, CLS-LOC), from image-net.org or Kaggle";
constexpr std::string_view kCifar = "Krizhevsky's CIFAR page, University of Toronto";
constexpr std::string_view kMos = "the MOS authors' subsets for ImageNet (Huang and Li 2021)";
constexpr std::string_view kTenFolder = "cifar-10-batches-bin or cifar-10-batches-py";
constexpr std::string_view kHundredFolder = "cifar-100-binary or cifar-100-python";

}  // namespace

const std::vector<KnownSet>& knownSets() {
    static const std::vector<KnownSet> kSets{
        {"in1k-train", "ImageNet-1k train", "train/<wnid>/*.JPEG", kImageNet, "ILSVRC2012_img_train.tar", 1281167,
         1000},
        {"in1k-val", "ImageNet-1k val",
         "val/ILSVRC2012_val_*.JPEG with LOC_val_solution.csv in it or above, or val/<wnid>/*.JPEG", kImageNet,
         "ILSVRC2012_img_val.tar", 50000, 1000},
        {"inaturalist", "iNaturalist", "iNaturalist/images/*.jpg", kMos, "iNaturalist.tar.gz", 10000},
        {"sun", "SUN", "SUN/images/*.jpg", kMos, "SUN.tar.gz", 10000},
        {"places", "Places", "Places/images/*.jpg", kMos, "Places.tar.gz", 10000},
        {"imagenet-o", "ImageNet-O", "imagenet-o/<wnid>/*.JPEG",
         "the authors of natural adversarial examples (UC Berkeley)", "imagenet-o.tar", 2000, 200},
        {"textures", "Textures", "dtd/images/<class>/*.jpg", "Describable Textures (Oxford VGG), release 1.0.1",
         "dtd-r1.0.1.tar.gz", 5640, 47},
        {"ninco", "NINCO", "NINCO/NINCO_OOD_classes/<class>/*", "Zenodo record 8013288",
         "NINCO_all.tar.gz, md5 b9ffae324363cd900a81ce3c367cd834", 5879, 64, 1, ".gif"},
        {"cifar10-train", "CIFAR-10 train", kTenFolder, kCifar, "cifar-10-binary.tar.gz or cifar-10-python.tar.gz",
         50000, 10},
        {"cifar10-test", "CIFAR-10 test", kTenFolder, kCifar, "cifar-10-binary.tar.gz or cifar-10-python.tar.gz", 10000,
         10},
        {"cifar100-train", "CIFAR-100 train", kHundredFolder, kCifar,
         "cifar-100-binary.tar.gz or cifar-100-python.tar.gz", 50000, 100},
        {"cifar100-test", "CIFAR-100 test", kHundredFolder, kCifar,
         "cifar-100-binary.tar.gz or cifar-100-python.tar.gz", 10000, 100}};
    return kSets;
}

const KnownSet* findKnownSet(std::string_view key) {
    const auto found = std::ranges::find(knownSets(), key, &KnownSet::key);
    return found == knownSets().end() ? nullptr : &*found;
}

}  // namespace oodscope::data
