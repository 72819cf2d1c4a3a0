// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/captions.h"

#include <fmt/format.h>

#include <map>

#include "app/demo/backgrounds.h"
#include "app/demo/palette.h"

namespace oodscope::demo {
namespace {

std::string withArticle(const std::string& words) {
    const bool vowel = std::string_view("aeiou").find(words.front()) != std::string_view::npos;
    return (vowel ? "an " : "a ") + words;
}

std::string_view colourOf(const Sights& s) {
    return palette()[static_cast<std::size_t>(s.colour)].name;
}
const Background& backgroundOf(const Sights& s) {
    return backgrounds()[static_cast<std::size_t>(s.background)];
}

/// Short captions in the form of the prompts that zero-shot classification asks with.
std::string shortCaption(const Sights& s, std::string_view noun, Random& random) {
    if (s.count > 1 && random.chance(0.6)) return fmt::format("a photo of many {}.", noun);
    if (s.blurry && random.chance(0.6)) return fmt::format("a blurry photo of a {}.", noun);
    if (s.size == Size::Large && random.chance(0.4)) return fmt::format("a photo of the large {}.", noun);
    if (s.size == Size::Small && random.chance(0.4)) return fmt::format("a photo of the small {}.", noun);
    return fmt::format("a photo of a {}.", noun);
}

std::string describedThing(const Sights& s, std::string_view noun, Random& random) {
    std::string words;
    if (s.size == Size::Small && s.count == 1 && random.chance(0.4)) words += "small ";
    if (s.size == Size::Large && random.chance(0.4)) words += "large ";
    if (random.chance(0.8)) words += fmt::format("{} ", colourOf(s));
    if (s.striped) words += "striped ";
    if (s.spotted) words += "spotted ";
    if (s.count == 1) return withArticle(words + std::string(noun));
    return fmt::format("{} {}{}", s.count == 2 ? "two" : "three", words, pluralOf(noun));
}

std::string longCaption(const Sights& s, std::string_view noun, Random& random) {
    const std::string thing = describedThing(s, noun, random);
    const std::string_view place = random.chance(0.85) ? backgroundOf(s).phrase : backgroundOf(s).vague;
    const char* const medium = s.blurry && random.chance(0.7) ? "a blurry photo of " : "a photo of ";
    switch (random.index(4)) {
        case 0:
            return fmt::format("{}{} {}.", medium, thing, place);
        case 1:
            return fmt::format("{} {}", thing, place);
        case 2:
            return fmt::format("{}{}.", medium, thing);
        default:
            return fmt::format("a picture of {} {}", thing, place);
    }
}

std::string vagueCaption(const Sights& s, Random& random) {
    const std::string_view place = backgroundOf(s).vague;
    switch (random.index(4)) {
        case 0:
            return "a photo of a thing.";
        case 1:
            return fmt::format("something {} {}", colourOf(s), place);
        case 2:
            return fmt::format("a photo of {} {}.", withArticle(std::string(s.object->kind)), place);
        default:
            return withArticle(fmt::format("{} {}", colourOf(s), s.object->kind));
    }
}

std::string emptyCaption(const Sights& s, Random& random) {
    switch (random.index(3)) {
        case 0:
            return fmt::format("a photo of nothing {}.", backgroundOf(s).phrase);
        case 1:
            return fmt::format("nothing {}", backgroundOf(s).phrase);
        default:
            return fmt::format("nothing to see {}", backgroundOf(s).vague);
    }
}

}  // namespace

std::string pluralOf(std::string_view noun) {
    static const std::map<std::string_view, std::string_view> irregular = {
        {"cactus", "cacti"}, {"fish", "fish"}, {"leaf", "leaves"}, {"starfish", "starfish"}};
    const auto found = irregular.find(noun);
    return found != irregular.end() ? std::string(found->second) : std::string(noun) + "s";
}

std::string captionOf(const Sights& sights, const CaptionHabits& habits, Random& random) {
    if (sights.object == nullptr) return emptyCaption(sights, random);
    if (random.chance(habits.vague)) return vagueCaption(sights, random);
    std::string_view noun = sights.object->name;
    if (random.chance(habits.wrong))
        noun = captionedClasses()[static_cast<std::size_t>(random.index(int(captionedClasses().size())))].name;
    return random.chance(habits.simple) ? shortCaption(sights, noun, random) : longCaption(sights, noun, random);
}

}  // namespace oodscope::demo
