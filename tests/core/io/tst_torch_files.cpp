// SPDX-License-Identifier: GPL-3.0-or-later
// Files as torch writes them (tests/parity/make_torch_files.py) and, by hand, as nobody should.
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <fstream>

#include "core/base/files.h"
#include "core/io/open_tensor_file.h"
#include "core/io/safetensors.h"
#include "core/io/torch_file.h"
#include "torch_bytes.h"

using namespace oodscope;
using io::DType;
using io::PickleValue;
using testing::numberBytes;
using testing::ZipMaker;
using testing::ZipMember;
namespace pickle = testing::pickle;

Q_DECLARE_METATYPE(std::string)

namespace {

const fs::path kFolder = fs::path(OODSCOPE_TEST_DATA) / "torch";
const std::string kEight("\0\0\x80\x3f\0\0\0\x40", 8);  // 1.0F, 2.0F

std::string archive(const std::string& pickle, std::vector<ZipMember> storages = {{"a/data/0", kEight}}) {
    ZipMaker zip;
    zip.members.push_back({"a/data.pkl", pickle});
    std::ranges::copy(storages, std::back_inserter(zip.members));
    return zip.make();
}

std::string tensorPickle(const std::string& storage, std::int64_t offset, const std::vector<std::int64_t>& shape,
                         const std::vector<std::int64_t>& strides) {
    return pickle::whole(pickle::dict({{"w", pickle::tensor(storage, offset, shape, strides)}}));
}

const std::string kTwoFloats = pickle::storage("FloatStorage", "0", 2);
const std::string kGood = tensorPickle(kTwoFloats, 0, {2}, {1});

/// Everything `root` holds at `path`: keys of dicts and, for lists, positions.
const PickleValue* at(const PickleValue& root, std::initializer_list<const char*> path) {
    const PickleValue* value = &root;
    for (const char* key : path)
        value = value == nullptr ? nullptr : value->find(key);
    return value;
}

}  // namespace

class TestTorchFiles : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    fs::path place(const char* name) const { return fs::path(m_folder.path().toStdString()) / name; }
    fs::path write(const std::string& bytes) const {
        const fs::path path = place("hand.pt");
        std::ofstream(path, std::ios::binary) << bytes;  // not synced: thousands of them
        return path;
    }
    Result<io::TensorFile> openBytes(const std::string& bytes) const { return io::openTensorFile(write(bytes)); }
    /// Without a file, from a block of exactly its size.
    static Result<io::TorchFile> readBytes(const std::string& bytes) {
        const auto copy = std::make_shared<std::vector<char>>(bytes.begin(), bytes.end());
        return io::readTorchFile({std::as_bytes(std::span(*copy)), copy}, "/somewhere/hand.pt");
    }

private Q_SLOTS:
    void tensorsAreThoseOfPython_data();
    void tensorsAreThoseOfPython();
    void contiguousTensorsShareTheMapping();
    void plainValues_data();
    void plainValues();
    void formsAreToldApart();
    void listsOfIntegers();
    void linksToBlobsAreOpened();
    void zip64();
    void nothingIsExecuted();
    void everyPrefixIsAnError_data();
    void everyPrefixIsAnError();
    void malformedFilesAreErrors_data();
    void malformedFilesAreErrors();
    void bombsAreRefused_data();
    void bombsAreRefused();
    void shardsOfAnyFormat();
};

void TestTorchFiles::tensorsAreThoseOfPython_data() {
    QTest::addColumn<QString>("name");
    for (const char* name :
         {"state_dict.pt", "state_dict_legacy.pth", "protocol4.pt", "training.pt", "training_legacy.pth", "views.pt",
          "views_legacy.pth", "rare_types.pt", "complex.pt", "bare.pt", "module.pt", "script.pt"})
        QTest::newRow(name) << QString::fromUtf8(name);
}

void TestTorchFiles::tensorsAreThoseOfPython() {
    QFETCH(QString, name);
    const fs::path path = kFolder / name.toStdString();
    const auto file = io::openTensorFile(path);
    QVERIFY2(file, file ? "" : file.error().message.c_str());
    QCOMPARE(file->path, path);
    const auto expected = io::openSafetensors(fs::path(path).replace_extension(".safetensors"));
    QVERIFY(expected);
    for (const auto& [key, view] : expected->tensors) {
        const auto found = file->tensors.find(key);
        QVERIFY2(found != file->tensors.end(), key.c_str());
        QVERIFY2(found->second.dtype == view.dtype, key.c_str());
        QVERIFY2(found->second.shape == view.shape, key.c_str());
        QVERIFY2(std::ranges::equal(found->second.bytes, view.bytes), key.c_str());
    }
    for (const auto& [key, view] : file->tensors)
        QVERIFY2(expected->tensors.contains(key), key.c_str());
}

void TestTorchFiles::contiguousTensorsShareTheMapping() {
    const auto file = io::openTensorFile(kFolder / "views.pt");
    QVERIFY(file);
    const auto begin = [&](const char* name) { return file->tensors.at(name).bytes.data(); };
    QCOMPARE(begin("tied"), begin("whole"));
    QCOMPARE(begin("row"), begin("whole") + 2 * 6 * 4);
    QVERIFY(file->tensors.at("whole").owner == file->tensors.at("parameter").owner);
    QVERIFY(file->tensors.at("column").owner != file->tensors.at("whole").owner);
    QCOMPARE(reinterpret_cast<std::uintptr_t>(begin("whole")) % 64, 0U);
}

void TestTorchFiles::plainValues_data() {
    QTest::addColumn<QString>("name");
    QTest::newRow("zip") << QStringLiteral("training.pt");
    QTest::newRow("legacy") << QStringLiteral("training_legacy.pth");
}

void TestTorchFiles::plainValues() {
    QFETCH(QString, name);
    const auto file = io::openTorchFile(kFolder / name.toStdString());
    QVERIFY2(file, file ? "" : file.error().message.c_str());
    const PickleValue& root = file->root();
    QCOMPARE(root.find("epoch")->integer(), std::optional<std::int64_t>(300));
    QCOMPARE(root.find("negative")->integer(), std::optional<std::int64_t>(-(1LL << 40)));
    QCOMPARE(root.find("best")->number(), std::optional(0.815));
    QCOMPARE(root.find("seen")->integer(), std::optional<std::int64_t>(-7));
    QCOMPARE(root.find("ratio")->number(), std::optional(0.25));
    QCOMPARE(root.find("done")->kind(), PickleValue::Kind::Bool);
    QCOMPARE(root.find("names")->items().size(), 3U);
    QCOMPARE(root.find("names")->items()[2]->text(), std::optional<std::string_view>("größer"));
    QVERIFY(root.find("nothing")->isNone());
    QCOMPARE(root.find("big")->object()->name, std::string_view("int"));
    QCOMPARE(root.find("set")->items().size(), 1U);
    QCOMPARE(root.find("size")->items()[1]->integer(), std::optional<std::int64_t>(5));
    QVERIFY(root.find("absent") == nullptr);
    QVERIFY(at(root, {"model", "module.a.weight"})->tensor() != nullptr);
    const PickleValue::Object* arguments = root.find("args")->object();
    QVERIFY(arguments != nullptr);
    QCOMPARE(arguments->name, std::string_view("argparse.Namespace"));
    QCOMPARE(arguments->state->find("lr")->number(), std::optional(5e-4));
    QCOMPARE(arguments->state->find("betas")->kind(), PickleValue::Kind::Tuple);
}

void TestTorchFiles::formsAreToldApart() {
    using Form = io::TorchFile::Form;
    QCOMPARE(io::openTorchFile(kFolder / "state_dict.pt")->form, Form::Zip);
    QCOMPARE(io::openTorchFile(kFolder / "state_dict_legacy.pth")->form, Form::Legacy);
    QCOMPARE(io::openTorchFile(kFolder / "script.pt")->form, Form::TorchScript);
    QVERIFY(io::isTorchScript(kFolder / "script.pt").value());
    QVERIFY(!io::isTorchScript(kFolder / "state_dict.pt").value());
    QVERIFY(!io::isTorchScript(kFolder / "state_dict_legacy.pth").value());
    QCOMPARE(io::isTorchScript(place("none")).error().code, ErrorCode::NotFound);
    QCOMPARE(io::openTorchFile(kFolder / "bare.safetensors").error().code, ErrorCode::Unsupported);
    QCOMPARE(io::openTensorFile(place("none")).error().code, ErrorCode::NotFound);
    QCOMPARE(io::openTensorFile(m_folder.path().toStdString()).error().code, ErrorCode::BadFile);
    // By content: the name says something else.
    fs::copy_file(kFolder / "state_dict.pt", place("wrong.safetensors"));
    QVERIFY(io::openTensorFile(place("wrong.safetensors")));
    fs::copy_file(kFolder / "bare.safetensors", place("wrong.bin"));
    QVERIFY(io::openTensorFile(place("wrong.bin")));
}

void TestTorchFiles::listsOfIntegers() {
    for (const char* name : {"integers.pt", "integers_legacy.pt"}) {
        const auto file = io::openTorchFile(kFolder / name);
        QVERIFY2(file, file ? "" : file.error().message.c_str());
        std::vector<std::int64_t> values;
        for (const PickleValue* item : file->root().items())
            values.push_back(*item->integer());
        QCOMPARE(values, (std::vector<std::int64_t>{5, 0, 999, -1, 70000, 1LL << 33}));
    }
}

// A Hugging Face snapshot holds links to blobs with names that tell nothing.
void TestTorchFiles::linksToBlobsAreOpened() {
    fs::create_directories(place("blobs"));
    fs::create_directories(place("snapshots/c0ffee"));
    for (const char* name : {"state_dict.pt", "state_dict_legacy.pth", "state_dict.safetensors", "script.pt"}) {
        fs::copy_file(kFolder / name, place("blobs") / ("b" + std::to_string(std::string_view(name).size())));
        const fs::path link = place("snapshots/c0ffee") / name;
        fs::create_symlink("../../blobs/b" + std::to_string(std::string_view(name).size()), link);
        const auto file = io::openTensorFile(link);
        QVERIFY2(file, file ? "" : file.error().message.c_str());
        QCOMPARE(file->path, link);
    }
}

void TestTorchFiles::zip64() {
    ZipMaker zip{{{"a/data.pkl", kGood}, {"a/data/0", kEight}}};
    zip.zip64 = true;
    const std::string bytes = zip.make();
    const auto file = openBytes(bytes);
    QVERIFY2(file, file ? "" : file.error().message.c_str());
    QCOMPARE(file->tensors.at("w").elementCount(), 2);
    for (std::size_t length = 0; length < bytes.size(); ++length)
        QVERIFY(!readBytes(bytes.substr(0, length)));
}

void TestTorchFiles::nothingIsExecuted() {
    const fs::path trace = place("trace");
    const std::string command = "touch " + trace.string();
    const std::string call = "cposix\nsystem\n" + pickle::tuple({pickle::text(command)}) + "R";
    const auto alone = openBytes(archive(pickle::whole(call)));
    QVERIFY(!alone);
    QVERIFY2(alone.error().message.find("'posix.system'") != std::string::npos, alone.error().message.c_str());
    QVERIFY2(alone.error().message.find("not executed") != std::string::npos, alone.error().message.c_str());
    // Beside weights it is a value like any other.
    const std::string both = pickle::whole(pickle::dict({{"w", pickle::tensor(kTwoFloats, 0, {2}, {1})}, {"x", call}}));
    const auto file = openBytes(archive(both));
    QVERIFY2(file, file ? "" : file.error().message.c_str());
    QCOMPARE(file->tensors.size(), 1U);
    QVERIFY(!fs::exists(trace));
}

void TestTorchFiles::everyPrefixIsAnError_data() {
    plainValues_data();
}

void TestTorchFiles::everyPrefixIsAnError() {
    QFETCH(QString, name);
    const auto whole = readTextFile(kFolder / name.toStdString());
    QVERIFY(whole);
    for (std::size_t length = 0; length < whole->size(); ++length) {
        const auto file = readBytes(whole->substr(0, length));
        QVERIFY2(!file, std::to_string(length).c_str());
        QVERIFY(file.error().message.find("hand.pt: ") != std::string::npos);
        QVERIFY(file.error().message.find('\n') == std::string::npos);
    }
}

void TestTorchFiles::malformedFilesAreErrors_data() {
    QTest::addColumn<std::string>("bytes");
    QTest::addColumn<std::string>("reason");
    const auto row = [](const char* tag, const std::string& bytes, const std::string& reason) {
        QTest::newRow(tag) << bytes << reason;
    };
    const auto zip = [](std::vector<ZipMember> members) { return ZipMaker{std::move(members)}; };
    row("empty file", "", "empty");
    row("other bytes", "hello, world", "neither");
    row("web page", "\n<!DOCTYPE html><html>", "web page");
    row("LFS pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "Git LFS");
    row("plain pickle", pickle::whole("N"), "torch.save did not write");
    row("tar", std::string(257, 'x') + "ustar\0" + std::string(300, ' '), "tar archive");
    row("JSON without map", "{\"a\": 1}", "weight_map");
    row("no data.pkl", zip({{"a/b", "x"}}).make(), "without data.pkl");
    row("two data.pkl", zip({{"a/data.pkl", kGood}, {"b/data.pkl", kGood}}).make(), "more than one");
    row("deflated", zip({{"a/data.pkl", kGood, 8}}).make(), "compressed");
    row("deflated tensor", archive(kGood, {{"a/data/0", kEight, 8}}), "compressed");
    row("encrypted", archive(kGood, {{"a/data/0", kEight, 0, 1}}), "encrypted");
    row("lying size", archive(kGood, {{"a/data/0", kEight, 0, 0, 1U << 30}}), "stored with 8 bytes");
    row("entry twice", archive(kGood, {{"a/data/0", kEight}, {"a/data/0", kEight}}), "twice");
    row("missing storage", archive(kGood, {}), "'a/data/0' is missing");
    row("big-endian", archive(kGood, {{"a/data/0", kEight}, {"a/byteorder", "big"}}), "'big'");
    ZipMaker moved = zip({{"a/data.pkl", kGood}, {"a/data/0", kEight}});
    moved.moved = [](std::size_t, std::uint64_t) { return 0; };
    row("wrong header", moved.make(), "another name");
    moved.moved = [](std::size_t, std::uint64_t) { return 0xfffffff0; };
    row("header outside", moved.make(), "not inside");
    moved.moved = [](std::size_t, std::uint64_t offset) { return offset + 1; };
    row("no header there", moved.make(), "no header");
    // The second entry lies inside the first one's bytes.
    ZipMaker nested = zip({{"b", "x"}});
    const std::string inner = nested.make();
    nested = zip({{"a/data.pkl", inner}, {"b", "x"}});
    nested.moved = [](std::size_t i, std::uint64_t offset) { return i == 0 ? offset : 30 + 10; };
    row("overlap", nested.make(), "overlap");
    ZipMaker more = zip({{"a/data.pkl", kGood}});
    more.entriesMore = 9;
    row("too many entries", more.make(), "room for");

    const auto tensor = [](const std::string& storage, std::int64_t offset, const std::vector<std::int64_t>& shape,
                           const std::vector<std::int64_t>& strides) {
        return archive(tensorPickle(storage, offset, shape, strides));
    };
    row("storage too small", tensor(pickle::storage("FloatStorage", "0", 3), 0, {2}, {1}), "8 bytes in the file");
    row("wrong type", tensor(pickle::storage("DoubleStorage", "0", 2), 0, {2}, {1}), "8 bytes in the file");
    row("huge storage", tensor(pickle::storage("DoubleStorage", "0", 1LL << 62), 0, {2}, {1}), "8 bytes in the file");
    row("negative storage", tensor(pickle::storage("FloatStorage", "0", -1), 0, {2}, {1}), "size");
    row("shape outside", tensor(kTwoFloats, 0, {3}, {1}), "outside its storage '0'");
    row("offset outside", tensor(kTwoFloats, 1, {2}, {1}), "outside its storage");
    row("stride outside", tensor(kTwoFloats, 0, {2}, {2}), "outside its storage");
    row("shape overflow", tensor(kTwoFloats, 0, {1LL << 40, 1LL << 40}, {0, 0}), "outside its storage");
    row("stride overflow", tensor(kTwoFloats, 0, {5}, {1LL << 62}), "outside its storage");
    row("offset overflow", tensor(kTwoFloats, (1LL << 62) + 1, {1}, {1}), "outside its storage");
    row("negative shape", tensor(kTwoFloats, 0, {-2}, {1}), "shape");
    row("negative stride", tensor(kTwoFloats, 1, {2}, {-1}), "stride");
    row("rank", tensor(kTwoFloats, 0, {1, 1}, {1}), "differ in length");
    row("too many dimensions",
        tensor(kTwoFloats, 0, std::vector<std::int64_t>(17, 1), std::vector<std::int64_t>(17, 1)), "at most 16");
    const std::string one = pickle::tensor(kTwoFloats, 0, {2}, {1});
    row("tensor twice", archive(pickle::whole(pickle::dict({{"w", one}, {"w", one}}))), "'w' is there twice");
    row("names meet", archive(pickle::whole(pickle::dict({{"a.b", one}, {"a", pickle::dict({{"b", one}})}}))), "twice");
    row("name not UTF-8", archive(pickle::whole(pickle::dict({{"w\xff", one}}))), "not valid UTF-8");
    row("no tensors", archive(pickle::whole(pickle::dict({{"epoch", "K\x05"}}))), "holds no tensors");
    row("no result", archive("\x80\x02."), "without a single result");
    row("two results", archive("\x80\x02NN."), "without a single result");
    row("open mark", archive("\x80\x02N(."), "without a single result");
    row("no stop", archive("\x80\x02N"), "ends too early");
    row("unknown opcode", archive("\x80\x02\xff."), "0xff");
    row("text protocol", archive("(lp0\nI1\na."), "opcode");
    row("new protocol", archive("\x80\x09N."), "protocol 9");
    row("nothing remembered", archive("\x80\x02h\x05."), "has not made");
    row("huge memo", archive("\x80\x02Nr\xff\xff\xff\x7f."), "remembers");
    row("text past the end",
        archive("\x80\x02X\xff\xff\xff\x7f"
                "abc."),
        "past the end");
    row("bytes past the end",
        archive("\x80\x04\x8e\xff\xff\xff\xff\xff\xff\xff\xff"
                "abc."),
        "past the end");
    row("empty stack", archive("\x80\x02R."), "missing");
    row("append to number", archive("\x80\x02K\x01Na."), "no list");
    row("set item of number", archive("\x80\x02K\x01NNs."), "no dict");
    row("key without value", archive("\x80\x02}(Nu."), "no value");
    row("tensor without storage", archive(pickle::whole("ctorch._utils\n_rebuild_tensor_v2\n)R")), "without storage");
    row("call without tuple", archive(pickle::whole("ctorch._utils\n_rebuild_tensor_v2\nNR")), "tuple");
    row("unknown reference", archive(pickle::whole("NQ")), "no torch storage");

    const std::string magic = "\x80\x02\x8a\x0al\xfc\x9c\x46\xf9 j\xa8P\x19.";
    const std::string head = magic + pickle::whole("M\xe9\x03") + pickle::whole("}");
    const std::string body = head + kGood;
    const std::string keys = pickle::whole("]" + pickle::text("0") + "a");
    row("legacy version", magic + pickle::whole("K\x01"), "unknown version");
    row("legacy big-endian",
        magic + pickle::whole("M\xe9\x03") + pickle::whole(pickle::dict({{"little_endian", "\x89"}})), "big-endian");
    row("legacy count", body + keys + numberBytes(std::uint64_t{1} << 62) + kEight, "past the end");
    row("legacy small", body + keys + numberBytes(std::uint64_t{1}) + kEight, "4 bytes in the file");
    row("legacy missing", body + pickle::whole("]"), "missing");
    row("legacy unused", head + pickle::whole("}") + keys + numberBytes(std::uint64_t{2}) + kEight, "nothing uses");
}

void TestTorchFiles::malformedFilesAreErrors() {
    QFETCH(std::string, bytes);
    QFETCH(std::string, reason);
    const auto file = openBytes(bytes);
    QVERIFY(!file);
    QVERIFY2(file.error().message.find(reason) != std::string::npos, file.error().message.c_str());
    QVERIFY(file.error().message.find("hand.pt: ") != std::string::npos);
    QVERIFY(file.error().message.find('\n') == std::string::npos);
    QVERIFY(file.error().code == ErrorCode::BadFile || file.error().code == ErrorCode::Unsupported);
}

void TestTorchFiles::bombsAreRefused_data() {
    QTest::addColumn<std::string>("bytes");
    QTest::addColumn<std::string>("reason");
    // A list that holds itself.
    QTest::newRow("cycle") << archive(
                                  "\x80\x02]q\x01h\x01"
                                  "a.")
                           << std::string("nested too deep");
    QTest::newRow("deep") << archive("\x80\x02" + std::string(1000000, ']') + std::string(999999, 'a') + ".")
                          << std::string("nested too deep");
    // Each list holds the one before it ten times.
    std::string laughs = "\x80\x02(]q";
    laughs += '\0';
    for (char level = 1; level < 40; ++level) {
        laughs += "](";
        for (int i = 0; i < 10; ++i)
            laughs += std::string("h") + static_cast<char>(level - 1);
        laughs += std::string("eq") + level;
    }
    QTest::newRow("billion laughs") << archive(laughs + "t.") << std::string("shared too often");
    // One byte spread over a terabyte, and many that are only large together.
    QTest::newRow("expanded") << archive(tensorPickle(kTwoFloats, 0, {1LL << 40}, {0}))
                              << std::string("strided tensors need more memory");
    std::string many = "\x80\x02(";
    for (int i = 0; i < 100; ++i)
        many += pickle::tensor(kTwoFloats, 0, {1 << 19}, {0});
    QTest::newRow("many expanded") << archive(many + "t.") << std::string("strided tensors need more memory");
}

void TestTorchFiles::bombsAreRefused() {
    malformedFilesAreErrors();
}

void TestTorchFiles::shardsOfAnyFormat() {
    fs::copy_file(kFolder / "bare.pt", place("pytorch_model-1.bin"));
    fs::copy_file(kFolder / "complex.safetensors", place("model-2.safetensors"));
    const fs::path index = place("pytorch_model.bin.index.json");
    const auto open = [&](const std::string& json) {
        if (!writeFileAtomically(index, json)) qFatal("not written");
        return io::openTensorFile(index);
    };
    const auto file = open(R"({"weight_map": {"tensor": "pytorch_model-1.bin", "plain": "model-2.safetensors"}})");
    QVERIFY2(file, file ? "" : file.error().message.c_str());
    QCOMPARE(file->tensors.size(), 2U);
    QVERIFY(!open(R"({"weight_map": {"tensor": "pytorch_model.bin.index.json"}})"));
}

QTEST_APPLESS_MAIN(TestTorchFiles)
#include "tst_torch_files.moc"
