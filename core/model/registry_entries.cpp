// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/registry_entries.h"

#include <utility>

#include "core/model/model.h"

namespace oodscope::model {
namespace {

using Names = std::vector<std::string>;
using image::Interpolation;
using image::Preprocess;

constexpr std::array<float, 3> kHalf{0.5F, 0.5F, 0.5F};

// CLIP's: short side to `size`, centre crop.
Preprocess clipImages(int size) {
    Preprocess preprocess;
    preprocess.size = preprocess.resizeTo = size;
    return preprocess;
}

// The usual evaluation on ImageNet: short side to `resizeTo`, centre crop of 224.
Preprocess imageNet(int resizeTo, Interpolation interpolation = Interpolation::Bicubic) {
    Preprocess preprocess = referencePreprocess();
    preprocess.mode = image::ResizeMode::ShortestEdge;
    preprocess.resizeTo = resizeTo;
    preprocess.interpolation = interpolation;
    return preprocess;
}

Preprocess halves(Preprocess preprocess) {
    preprocess.mean = preprocess.std = kHalf;
    return preprocess;
}

// The reference's for its fine-tuned and ImageNet-21k baselines: both sides to 256, centre crop of 224.
Preprocess baselineImages() {
    Preprocess preprocess = referencePreprocess();
    preprocess.resizeTo = 256;
    return preprocess;
}

RegistryEntry openClip(std::string name, Names aliases, std::string architecture, std::string activation,
                       std::string repository, int width, int projected, std::uint64_t parameters, Preprocess images) {
    RegistryEntry entry;
    entry.name = std::move(name);
    entry.aliases = std::move(aliases);
    entry.family = RegistryEntry::Family::OpenClip;
    entry.architecture = std::move(architecture);
    entry.activation = std::move(activation);
    entry.repository = std::move(repository);
    entry.licence = "MIT";
    entry.embeddingWidth = width;
    entry.projectedWidth = projected;
    entry.parameters = parameters;
    entry.own = entry.reference = images;
    return entry;
}

RegistryEntry vision(std::string name, Names aliases, std::string architecture, std::string repository,
                     std::string file, std::string licence, int width, std::uint64_t parameters, Preprocess own) {
    RegistryEntry entry;
    entry.name = std::move(name);
    entry.aliases = std::move(aliases);
    entry.architecture = std::move(architecture);
    entry.activation = "gelu";
    entry.repository = std::move(repository);
    entry.file = std::move(file);
    entry.licence = std::move(licence);
    entry.embeddingWidth = width;
    entry.parameters = parameters;
    entry.own = own;
    entry.reference = referencePreprocess();
    return entry;
}

RegistryEntry baseline(RegistryEntry entry) {
    entry.reference = baselineImages();
    return entry;
}

RegistryEntry activatedBy(std::string activation, RegistryEntry entry) {
    entry.activation = std::move(activation);
    return entry;
}

void addOpenClip(std::vector<RegistryEntry>& entries) {
    const auto add = [&](RegistryEntry entry) { entries.push_back(std::move(entry)); };
    const Preprocess at224 = clipImages(224);
    const Preprocess at256 = clipImages(256);
    add(openClip("openclip_RN50/openai", {}, "RN50", "quick_gelu", "timm/resnet50_clip.openai", 1024, 1024, 102060385,
                 at224));
    add(openClip("openclip_ViT-B-16/openai", {}, "ViT-B-16", "quick_gelu", "timm/vit_base_patch16_clip_224.openai", 768,
                 512, 149620737, at224));
    add(openClip("openclip_ViT-B-16/laion2b", {"ViT-B-16/laion2b_s34b_b88k"}, "ViT-B-16", "gelu",
                 "laion/CLIP-ViT-B-16-laion2B-s34B-b88K", 768, 512, 149620737, at224));
    add(openClip("openclip_ViT-L-14/openai", {}, "ViT-L-14", "quick_gelu", "timm/vit_large_patch14_clip_224.openai",
                 1024, 768, 427616513, at224));
    add(openClip("openclip_ViT-L-14/laion2b", {"ViT-L-14/laion2b_s32b_b82k"}, "ViT-L-14", "gelu",
                 "laion/CLIP-ViT-L-14-laion2B-s32B-b82K", 1024, 768, 427616513, halves(at224)));
    add(openClip("openclip_ViT-H-14/laion2b", {"ViT-H-14/laion2b_s32b_b79k"}, "ViT-H-14", "gelu",
                 "laion/CLIP-ViT-H-14-laion2B-s32B-b79K", 1280, 1024, 986109441, at224));
    add(openClip("openclip_ViT-bigG-14/laion2b", {"ViT-bigG-14/laion2b_s39b_b160k"}, "ViT-bigG-14", "gelu",
                 "laion/CLIP-ViT-bigG-14-laion2B-39B-b160k", 1664, 1280, 2539567105, at224));
    add(openClip("openclip_convnext_base/laion400m_s13b_b51k", {}, "convnext_base", "gelu",
                 "laion/CLIP-convnext_base-laion400M-s13B-b51K", 512, 512, 151518849, at224));
    add(openClip("openclip_convnext_base_w/laion2b", {"convnext_base_w/laion2b_s13b_b82k"}, "convnext_base_w", "gelu",
                 "laion/CLIP-convnext_base_w-laion2B-s13B-b82K", 640, 640, 179385345, at256));
    add(openClip("openclip_convnext_large_d/laion2b", {"convnext_large_d/laion2b_s26b_b102k_augreg"},
                 "convnext_large_d", "gelu", "laion/CLIP-convnext_large_d.laion2B-s26B-b102K-augreg", 768, 768,
                 351772609, at256));
    add(openClip("openclip_convnext_xxlarge/laion2b", {"convnext_xxlarge/laion2b_s34b_b82k_augreg"}, "convnext_xxlarge",
                 "gelu", "laion/CLIP-convnext_xxlarge-laion2B-s34B-b82K-augreg", 1024, 1024, 1200576385, at256));
    add(openClip("openclip_ViT-B-32/openai", {}, "ViT-B-32", "quick_gelu", "timm/vit_base_patch32_clip_224.openai", 768,
                 512, 151277313, at224));
    add(openClip("openclip_ViT-B-32/laion2b", {"ViT-B-32/laion2b_s34b_b79k"}, "ViT-B-32", "gelu",
                 "laion/CLIP-ViT-B-32-laion2B-s34B-b79K", 768, 512, 151277313, at224));
}

void addMasked(std::vector<RegistryEntry>& entries) {
    const auto add = [&](RegistryEntry entry) { entries.push_back(std::move(entry)); };
    const Preprocess at256 = imageNet(256);
    const Preprocess linear = imageNet(256, Interpolation::Bilinear);
    add(vision("mae_vit_base", {}, "vit_base_patch16_224", "timm/vit_base_patch16_224.mae", "mae_pretrain_vit_base.pth",
               "CC-BY-NC-4.0", 768, 85798656, at256));
    add(vision("mae_vit_large", {}, "vit_large_patch16_224", "timm/vit_large_patch16_224.mae",
               "mae_pretrain_vit_large.pth", "CC-BY-NC-4.0", 1024, 303301632, at256));
    add(vision("mae_vit_huge", {}, "vit_huge_patch14_224", "timm/vit_huge_patch14_224.mae", "mae_pretrain_vit_huge.pth",
               "CC-BY-NC-4.0", 1280, 630764800, at256));
    add(vision("msn_vit_small", {}, "vit_small_patch16_224", "", "vits16_800ep.pth.tar", "CC-BY-NC-4.0", 384, 21665664,
               linear));
    add(vision("msn_vit_base", {}, "vit_base_patch16_224", "", "vitb16_600ep.pth.tar", "CC-BY-NC-4.0", 768, 85798656,
               linear));
    add(vision("msn_vit_large", {}, "vit_large_patch16_224", "", "vitl16_600ep.pth.tar", "CC-BY-NC-4.0", 1024,
               303301632, linear));
    add(vision("ibot_vit_base", {}, "vit_base_patch16_224", "", "", "Apache-2.0", 768, 85798656, at256));
    add(vision("ibot_vit_large", {}, "vit_large_patch16_224", "", "", "Apache-2.0", 1024, 303301632, at256));
    add(vision("ibot_vit_large_in21k", {}, "vit_large_patch16_224", "", "", "Apache-2.0", 1024, 303301632, at256));
    add(vision("beit_vit_base_in21k", {}, "beit_base_patch16_224", "timm/beit_base_patch16_224.in22k_ft_in22k",
               "beit_base_patch16_224_pt22k_ft22k.pth", "MIT", 768, 85761984, halves(at256)));
    add(vision("beit_vit_large_in21k", {}, "beit_large_patch16_224", "timm/beit_large_patch16_224.in22k_ft_in22k",
               "beit_large_patch16_224_pt22k_ft22k.pth", "MIT", 1024, 303405568, halves(at256)));
    add(vision("beitv2_vit_base", {}, "beitv2_base_patch16_224", "timm/beitv2_base_patch16_224.in1k_ft_in22k",
               "beitv2_base_patch16_224_pt1k.pth", "MIT", 768, 85761984, at256));
    add(vision("beitv2_vit_large", {}, "beitv2_large_patch16_224", "timm/beitv2_large_patch16_224.in1k_ft_in22k",
               "beitv2_large_patch16_224_pt1k.pth", "MIT", 1024, 303405568, at256));
}

void addContrastive(std::vector<RegistryEntry>& entries) {
    const auto add = [&](RegistryEntry entry) { entries.push_back(std::move(entry)); };
    const Preprocess at256 = imageNet(256);
    const Preprocess linear = imageNet(256, Interpolation::Bilinear);
    add(vision("mocov3_vit_small", {}, "mocov3_vit_small_patch16_224", "", "vit-s-300ep.pth.tar", "CC-BY-NC-4.0", 384,
               21665664, linear));
    add(vision("mocov3_vit_base", {}, "mocov3_vit_base_patch16_224", "", "vit-b-300ep.pth.tar", "CC-BY-NC-4.0", 768,
               85798656, linear));
    add(activatedBy("relu", vision("dino_resnet50", {}, "resnet50", "", "dino_resnet50_pretrain.pth", "Apache-2.0",
                                   2048, 23561152, at256)));
    add(vision("dino_vits16", {}, "vit_small_patch16_224", "timm/vit_small_patch16_224.dino",
               "dino_deitsmall16_pretrain.pth", "Apache-2.0", 384, 21665664, at256));
    add(vision("dino_vitb16", {}, "vit_base_patch16_224", "timm/vit_base_patch16_224.dino",
               "dino_vitbase16_pretrain.pth", "Apache-2.0", 768, 85798656, at256));
    const auto dinoV2 = [&](const char* letter, const char* size, int width, std::uint64_t parameters,
                            std::uint64_t withRegisters) {
        const std::string name = std::string("dinov2_vit") + letter + "14";
        const std::string timm = std::string("vit_") + size + "_patch14";
        const std::string activation = width == 1536 ? "swiglu" : "gelu";
        add(activatedBy(activation, vision(name, {}, timm + "_dinov2", "timm/" + timm + "_dinov2.lvd142m",
                                           name + "_pretrain.pth", "Apache-2.0", width, parameters, at256)));
        add(activatedBy(activation,
                        vision(name + "_reg", {}, timm + "_reg4_dinov2", "timm/" + timm + "_reg4_dinov2.lvd142m",
                               name + "_reg4_pretrain.pth", "Apache-2.0", width, withRegisters, at256)));
    };
    dinoV2("s", "small", 384, 22056192, 22057344);
    dinoV2("b", "base", 768, 86579712, 86582016);
    dinoV2("l", "large", 1024, 304367616, 304370688);
    dinoV2("g", "giant", 1536, 1136479232, 1136483840);
}

void addSupervised(std::vector<RegistryEntry>& entries) {
    const auto add = [&](RegistryEntry entry) { entries.push_back(std::move(entry)); };
    const auto torchvision = [&](const char* name, const char* file, int width, std::uint64_t parameters, int resize) {
        add(vision(name, {}, name, "", file, "BSD-3-Clause", width, parameters,
                   imageNet(resize, Interpolation::Bilinear)));
        entries.back().referenceSkipsNorm = true;
    };
    torchvision("convnext_small", "convnext_small-0c510722.pth", 768, 49454688, 230);
    torchvision("convnext_base", "convnext_base-6075fbad.pth", 1024, 87566464, 232);
    torchvision("convnext_large", "convnext_large-ea097f82.pth", 1536, 196230336, 232);
    // timm's resize: floor(224 / crop_pct); 0.9 unless said.
    const Preprocess timm = halves(imageNet(248));
    add(activatedBy("relu", vision("timm_resnet50", {}, "resnet50", "timm/resnet50.a1_in1k", "", "Apache-2.0", 2048,
                                   23561152, imageNet(235))));
    add(vision("timm_vit_small_patch16_224", {}, "vit_small_patch16_224",
               "timm/vit_small_patch16_224.augreg_in21k_ft_in1k", "", "Apache-2.0", 384, 21665664, timm));
    add(vision("timm_vit_base_patch16_224", {}, "vit_base_patch16_224",
               "timm/vit_base_patch16_224.augreg2_in21k_ft_in1k", "", "Apache-2.0", 768, 85798656, timm));
    add(vision("timm_vit_large_patch16_224", {}, "vit_large_patch16_224",
               "timm/vit_large_patch16_224.augreg_in21k_ft_in1k", "", "Apache-2.0", 1024, 303301632, timm));
    add(baseline(vision("timm_vit_small_patch16_224_in21k", {}, "vit_small_patch16_224",
                        "timm/vit_small_patch16_224.augreg_in21k", "", "Apache-2.0", 384, 21665664, timm)));
    add(baseline(vision("timm_vit_base_patch16_224_in21k", {}, "vit_base_patch16_224",
                        "timm/vit_base_patch16_224.augreg_in21k", "", "Apache-2.0", 768, 85798656, timm)));
    add(baseline(vision("timm_vit_large_patch16_224_in21k", {}, "vit_large_patch16_224",
                        "timm/vit_large_patch16_224.augreg_in21k", "", "Apache-2.0", 1024, 303301632, timm)));
    add(baseline(vision("timm_vit_huge_patch14_224_in21k", {}, "vit_huge_patch14_224",
                        "timm/vit_huge_patch14_224.orig_in21k", "", "Apache-2.0", 1280, 630764800, timm)));
    add(baseline(vision("timm_vit_base_r50_s16_224_in21k", {}, "vit_base_r50_s16_224",
                        "timm/vit_base_r50_s16_224.orig_in21k", "", "Apache-2.0", 768, 97890496, timm)));
    add(baseline(vision("timm_convnext_base_in22k", {}, "convnext_base", "timm/convnext_base.fb_in22k",
                        "convnext_base_22k_224.pth", "Apache-2.0", 1024, 87566464, imageNet(256))));
}

}  // namespace

std::vector<RegistryEntry> registryEntries() {
    std::vector<RegistryEntry> entries;
    addOpenClip(entries);
    addMasked(entries);
    addContrastive(entries);
    addSupervised(entries);
    return entries;
}

}  // namespace oodscope::model
