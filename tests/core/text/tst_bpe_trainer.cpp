// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QTest>
#include <map>
#include <set>

#include "core/base/files.h"
#include "core/io/json.h"
#include "core/text/bpe_trainer.h"
#include "core/text/tokenizer.h"

using namespace oodscope;
using Ids = std::vector<std::int32_t>;
using Merges = std::vector<std::pair<std::string, std::string>>;

namespace {

const std::vector<std::string> kCaptions{"a photo of a red circle", "A photo of a blue circle.",
                                         "a photo of two red squares", "a drawing of a red square", "aaaa aaaa aaa"};

/// Learns by counting everything anew for each merge; words by hand, letters only.
Merges naiveMerges(const std::map<std::vector<std::string>, int>& start, std::size_t count) {
    auto words = start;
    Merges merges;
    std::set<std::string> known;
    while (merges.size() < count) {
        std::map<std::pair<std::string, std::string>, int> pairs;
        for (const auto& [word, times] : words) {
            for (std::size_t i = 0; i + 1 < word.size(); ++i)
                pairs[{word[i], word[i + 1]}] += times;
        }
        int most = 1;
        for (const auto& [pair, times] : pairs)
            most = std::max(most, known.contains(pair.first + pair.second) ? 0 : times);
        if (most < 2) break;
        // Among ties the first by text: for letters that is the order of their tokens.
        const auto best = std::ranges::find_if(
            pairs, [&](const auto& p) { return p.second == most && !known.contains(p.first.first + p.first.second); });
        merges.push_back(best->first);
        known.insert(best->first.first + best->first.second);
        std::map<std::vector<std::string>, int> next;
        for (const auto& [word, times] : words) {
            std::vector<std::string> merged;
            for (std::size_t i = 0; i < word.size(); ++i) {
                const bool hit = i + 1 < word.size() && std::pair(word[i], word[i + 1]) == best->first;
                merged.push_back(hit ? word[i] + word[i + 1] : word[i]);
                i += hit ? 1 : 0;
            }
            next[merged] += times;
        }
        words = next;
    }
    return merges;
}

}  // namespace

class TestBpeTrainer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void learnsTheFrequentPairsFirst() {
        std::vector<std::string> captions(5, "abc");
        captions.insert(captions.end(), 4, "ab");
        captions.insert(captions.end(), 3, "xy");
        const auto model = text::trainBpe(captions, 1000);
        QVERIFY(model);
        const Merges expected = naiveMerges({{{"a", "b", "c</w>"}, 5}, {{"a", "b</w>"}, 4}, {{"x", "y</w>"}, 3}}, 100);
        QCOMPARE(expected.size(), 4U);
        QCOMPARE(model->merges, expected);
    }

    void overlappingPairsAreCountedAnew() {
        const std::vector<std::string> captions(2, "aaaaaa aaaab");
        const Merges expected =
            naiveMerges({{{"a", "a", "a", "a", "a", "a</w>"}, 2}, {{"a", "a", "a", "a", "b</w>"}, 2}}, 1);
        const auto model = text::trainBpe(captions, 515);
        QCOMPARE(model->merges, expected);
    }

    void tokensAreUniqueAndInClipsOrder() {
        const auto model = text::trainBpe(kCaptions, 600);
        const auto tokens = model->tokens();
        QCOMPARE(tokens[0], std::string("!"));
        QCOMPARE(tokens[256], std::string("!</w>"));
        QCOMPARE(tokens[tokens.size() - 1], std::string("<|endoftext|>"));
        QCOMPARE(tokens.size(), 514 + model->merges.size());
        QVERIFY(tokens.size() <= 600);
        QCOMPARE(std::set<std::string>(tokens.begin(), tokens.end()).size(), tokens.size());
    }

    void isDeterministicAndIndependentOfCaptionOrder() {
        std::vector<std::string> reversed(kCaptions.rbegin(), kCaptions.rend());
        QCOMPARE(text::trainBpe(kCaptions, 560)->merges, text::trainBpe(reversed, 560)->merges);
    }

    void theTokenizerReadsWhatIsWritten() {
        const QTemporaryDir folder;
        const fs::path path = folder.path().toStdString();
        const auto model = text::trainBpe(kCaptions, 600);
        QVERIFY(text::writeBpe(*model, path));
        const auto tokenizer = text::Tokenizer::fromFolder(path);
        QVERIFY2(tokenizer, tokenizer ? "" : tokenizer.error().message.c_str());
        const auto tokens = model->tokens();
        QCOMPARE(tokenizer->vocabularySize(), static_cast<int>(tokens.size()));
        std::string joined;
        for (const std::int32_t id : tokenizer->encode("A photo of a red circle"))
            joined += tokens[static_cast<std::size_t>(id)] + "|";
        QCOMPARE(joined, std::string("<|startoftext|>|a</w>|photo</w>|of</w>|a</w>|red</w>|circle</w>|<|endoftext|>|"));
    }

    void tooSmallAVocabularyIsAnError() {
        QVERIFY(!text::trainBpe(kCaptions, 513));
        QVERIFY(text::trainBpe(kCaptions, 514)->merges.empty());
        QVERIFY(text::trainBpe({}, 600)->merges.empty());
    }
};

QTEST_APPLESS_MAIN(TestBpeTrainer)
#include "tst_bpe_trainer.moc"
