// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QTest>
#include <cstdlib>
#include <thread>

#include "core/base/files.h"
#include "core/base/text_util.h"
#include "core/io/json.h"
#include "core/text/tokenizer.h"
#include "core/text/vocabulary.h"

using namespace oodscope;
using text::Tokenizer;
using Ids = std::vector<std::int32_t>;

namespace {

const fs::path kData = fs::path(OODSCOPE_TEST_DATA) / "tokenizer";

io::Json dataFile(const char* name) {
    const auto json = io::readJson(kData / name);
    if (!json) qFatal("%s", json.error().message.c_str());
    return *json;
}

/// The texts whose ids differ, each as one line; empty when all agree.
std::string differences(const Tokenizer& tokenizer, const io::Json& expected) {
    const io::Json texts = dataFile("texts.json");
    std::string lines = texts.size() == expected.size() && texts.size() >= 300 ? "" : "wrong number of vectors";
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const Ids ids = tokenizer.encode(texts[i].get<std::string>());
        if (ids != expected[i].get<Ids>())
            lines += texts[i].dump() + ": " + io::Json(ids).dump() + ", open_clip " + expected[i].dump() + "\n";
    }
    return lines;
}

}  // namespace

class TestTokenizer : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    fs::path folder() const { return m_folder.path().toStdString(); }
    static Tokenizer small() {
        auto tokenizer = Tokenizer::fromMergesList(kData / "small_merges.txt");
        if (!tokenizer) qFatal("%s", tokenizer.error().message.c_str());
        return *tokenizer;
    }
    void put(const char* name, const std::string& contents) const {
        if (!writeFileAtomically(folder() / name, contents)) qFatal("cannot write");
    }
    /// The small vocabulary as id by token.
    static io::Json smallVocab() {
        const auto vocabulary = text::readMergesList(kData / "small_merges.txt");
        io::Json json = io::Json::object();
        for (const auto& [token, id] : vocabulary->ids)
            json[token] = id;
        return json;
    }
    static std::string smallMerges() {
        const std::string list = *readTextFile(kData / "small_merges.txt");
        return list.substr(list.find('\n') + 1);
    }

private Q_SLOTS:
    void init() { fs::remove_all(folder() / "model"), fs::create_directories(folder() / "model"); }

    void agreesWithOpenClip() {
        const std::string lines = differences(small(), dataFile("small.json"));
        QVERIFY2(lines.empty(), lines.c_str());
    }

    void agreesWithOpenClipsOwnVocabulary() {
        const char* list = std::getenv("OODSCOPE_CLIP_BPE");
        if (list == nullptr) QSKIP("set OODSCOPE_CLIP_BPE to bpe_simple_vocab_16e6.txt.gz to compare CLIP's own ids");
        const auto tokenizer = Tokenizer::fromMergesList(list);
        QVERIFY2(tokenizer, tokenizer ? "" : tokenizer.error().message.c_str());
        QCOMPARE(tokenizer->vocabularySize(), 49408);
        QCOMPARE(tokenizer->startToken(), 49406);
        const std::string lines = differences(*tokenizer, dataFile("clip.json"));
        QVERIFY2(lines.empty(), lines.c_str());
    }

    void padsAndCutsAsOpenClip() {
        const io::Json padded = dataFile("padded.json");
        const Tokenizer tokenizer = small();
        QCOMPARE(tokenizer.vocabularySize(), padded["vocabulary"].get<int>());
        std::string words;
        for (int i = 0; i < 90; ++i)
            words += "word ";
        QCOMPARE(tokenizer.encodePadded(words, 77), padded["ids"][0].get<Ids>());
        QCOMPARE(tokenizer.encodePadded("a photo of a bee.", 77), padded["ids"][1].get<Ids>());
        QCOMPARE(tokenizer.encodePadded("a bee", 1), (Ids{tokenizer.endToken()}));
        QVERIFY(tokenizer.encodePadded("a bee", 0).empty());
    }

    void everyFormOfTheVocabularyGivesTheSameIds() {
        put("model/vocab.json", smallVocab().dump());
        put("model/merges.txt", "#version: 0.2\n" + smallMerges() + "\n");
        const auto pair = Tokenizer::fromFolder(folder() / "model");
        QVERIFY2(pair, pair ? "" : pair.error().message.c_str());
        QVERIFY(differences(*pair, dataFile("small.json")).empty());
        QCOMPARE(pair->hash(), small().hash());

        io::Json strings = io::Json::array(), lists = io::Json::array();
        for (const std::string& line : splitLines(smallMerges())) {
            strings.push_back(line);
            lists.push_back(split(line, ' '));
        }
        for (const io::Json& merges : {strings, lists}) {
            const io::Json json = {
                {"model",
                 {{"type", "BPE"}, {"end_of_word_suffix", "</w>"}, {"vocab", smallVocab()}, {"merges", merges}}}};
            put("model/tokenizer.json", json.dump());
            const auto tokenizer = Tokenizer::fromFolder(folder() / "model");
            QVERIFY2(tokenizer, tokenizer ? "" : tokenizer.error().message.c_str());
            QVERIFY(differences(*tokenizer, dataFile("small.json")).empty());
            QCOMPARE(tokenizer->hash(), pair->hash());
        }
    }

    void openAisNamesOfTheSpecialTokens() {
        io::Json vocab = smallVocab();
        const int start = vocab["<start_of_text>"], end = vocab["<end_of_text>"];
        vocab.erase("<start_of_text>");
        vocab.erase("<end_of_text>");
        vocab["<|startoftext|>"] = start;
        vocab["<|endoftext|>"] = end;
        put("model/vocab.json", vocab.dump());
        put("model/merges.txt", smallMerges());
        const auto tokenizer = Tokenizer::fromFolder(folder() / "model");
        QVERIFY(tokenizer);
        QCOMPARE(tokenizer->startToken(), start);
        QCOMPARE(tokenizer->encode("<|endoftext|>"), (Ids{start, end, end}));
        QVERIFY(tokenizer->hash() != small().hash());
    }

    void anEmptyLastLineCountsAsInOpenClip() {
        put("list.txt", *readTextFile(kData / "small_merges.txt") + "\n");
        const auto tokenizer = Tokenizer::fromMergesList(folder() / "list.txt");
        QCOMPARE(tokenizer->startToken(), small().startToken() + 1);
    }

    void illFormedUtf8BecomesReplacementCharacters() {
        const Tokenizer tokenizer = small();
        QCOMPARE(tokenizer.encode("a\xff z"), tokenizer.encode("a\xef\xbf\xbd z"));
        QCOMPARE(tokenizer.encode("\xe2\x82"), tokenizer.encode("\xef\xbf\xbd"));
    }

    void theCombiningIotaIsDropped() {
        const Tokenizer tokenizer = small();
        QCOMPARE(tokenizer.encode("a\u0345b!\u0345?"), tokenizer.encode("a b! ?"));
    }

    void manyThreadsAgree() {
        const Tokenizer tokenizer = small();
        const io::Json texts = dataFile("texts.json");
        const io::Json expected = dataFile("small.json");
        std::atomic<int> wrong{0};
        std::vector<std::jthread> threads;
        for (std::size_t t = 0; t < 4; ++t) {
            threads.emplace_back([&, t] {
                for (std::size_t i = 0; i < texts.size(); ++i) {
                    const std::size_t at = (i + t * 97) % texts.size();
                    if (tokenizer.encode(texts[at].get<std::string>()) != expected[at].get<Ids>()) ++wrong;
                }
            });
        }
        threads.clear();
        QCOMPARE(wrong.load(), 0);
    }

    void badFilesAreNamed_data() {
        QTest::addColumn<QByteArray>("vocab");
        QTest::addColumn<QByteArray>("merges");
        QTest::addColumn<QByteArray>("reason");
        const auto bytes = [](const io::Json& json) { return QByteArray::fromStdString(json.dump()); };
        const QByteArray good = bytes(smallVocab());
        io::Json json = smallVocab();
        QTest::newRow("not a pair") << good << QByteArray("#version: 0.2\na b\nab\n")
                                    << QByteArray("merges.txt: line 3");
        QTest::newRow("three") << good << QByteArray("a b c\n") << QByteArray("merges.txt: line 1");
        QTest::newRow("unknown token") << good << QByteArray("#version: 0.2\nqzzq q</w>\n")
                                       << QByteArray("merges.txt: line 2: 'qzzq'");
        QTest::newRow("unknown result") << good << QByteArray("q \xc4\xa0</w>\n")
                                        << QByteArray("is not in the vocabulary");
        QTest::newRow("not JSON") << QByteArray("{") << QByteArray("") << QByteArray("vocab.json: not valid JSON");
        QTest::newRow("no object") << QByteArray("[]") << QByteArray("") << QByteArray("vocab.json: its vocabulary");
        QTest::newRow("no specials") << QByteArray("{\"a\": 0}") << QByteArray("")
                                     << QByteArray("no start and end token");
        json["a"] = -1;
        QTest::newRow("negative id") << bytes(json) << QByteArray("") << QByteArray("token 'a' has no valid id");
        json["a"] = "x";
        QTest::newRow("text id") << bytes(json) << QByteArray("") << QByteArray("token 'a' has no valid id");
        json["a"] = 1LL << 40;
        QTest::newRow("huge id") << bytes(json) << QByteArray("") << QByteArray("token 'a' has no valid id");
        json["a"] = json["b"];
        QTest::newRow("id twice") << bytes(json) << QByteArray("") << QByteArray("given twice");
        json.erase("a");
        QTest::newRow("no byte") << bytes(json) << QByteArray("") << QByteArray("byte 97 ('a')");
    }
    void badFilesAreNamed() {
        QFETCH(QByteArray, vocab);
        QFETCH(QByteArray, merges);
        QFETCH(QByteArray, reason);
        put("model/vocab.json", vocab.toStdString());
        put("model/merges.txt", merges.toStdString());
        const auto tokenizer = Tokenizer::fromFolder(folder() / "model");
        QVERIFY(!tokenizer);
        QVERIFY2(QByteArray::fromStdString(tokenizer.error().message).contains(reason),
                 tokenizer.error().message.c_str());
    }

    void otherTokenizersAreRefused() {
        put("model/tokenizer.json", R"({"model": {"type": "Unigram", "vocab": [["a", -1.5]]}})");
        QCOMPARE(Tokenizer::fromFolder(folder() / "model").error().code, ErrorCode::Unsupported);
        put("model/tokenizer.json", R"([1])");
        QCOMPARE(Tokenizer::fromFolder(folder() / "model").error().code, ErrorCode::BadFile);
        fs::remove(folder() / "model" / "tokenizer.json");
        QCOMPARE(Tokenizer::fromFolder(folder() / "model").error().code, ErrorCode::NotFound);
        put("model/bpe_simple_vocab_16e6.txt.gz", std::string("\x1f\x8b\x08\0\0\0\0\0\0\x03\x4b", 11));
        QVERIFY(!Tokenizer::fromFolder(folder() / "model"));
    }
};

QTEST_APPLESS_MAIN(TestTokenizer)
#include "tst_tokenizer.moc"
