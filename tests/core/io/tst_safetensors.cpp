// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QTest>
#include <bit>
#include <cstring>

#include "core/base/files.h"
#include "core/io/open_tensor_file.h"
#include "core/io/safetensors.h"

using namespace oodscope;
using io::DType;

Q_DECLARE_METATYPE(std::string)

namespace {

const fs::path kPythonFile = fs::path(OODSCOPE_TEST_DATA) / "safetensors" / "python.safetensors";

/// A file by hand: the length, the header as given, `dataBytes` bytes 0, 1, 2, …
std::string fileOf(const std::string& header, std::size_t dataBytes) {
    const std::uint64_t length = header.size();
    std::string file(reinterpret_cast<const char*>(&length), sizeof length);
    file += header;
    for (std::size_t i = 0; i < dataBytes; ++i)
        file += static_cast<char>(i);
    return file;
}

std::string entry(const std::string& name, const std::string& dtype, const std::string& shape,
                  const std::string& offsets) {
    return "\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":[" + shape + "],\"data_offsets\":[" + offsets +
           "]}";
}

}  // namespace

class TestSafetensors : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    fs::path place(const char* name) const { return fs::path(m_folder.path().toStdString()) / name; }
    Result<io::TensorFile> openBytes(const std::string& bytes) const {
        const fs::path path = place("hand.safetensors");
        if (auto written = writeFileAtomically(path, bytes); !written) qFatal("%s", written.error().message.c_str());
        return io::openSafetensors(path);
    }

private Q_SLOTS:
    void readsPythonsFile() {
        const auto file = io::openSafetensors(kPythonFile);
        QVERIFY2(file, file ? "" : file.error().message.c_str());
        QCOMPARE(file->tensors.size(), 9U);
        QCOMPARE(file->metadata.at("format"), std::string("pt"));
        QCOMPARE(file->metadata.at("note"), std::string("ünïcode"));
        const auto weight = io::matrixFrom(*file, "weight");
        QVERIFY(weight);
        QCOMPARE(weight->rows(), 2U);
        QCOMPARE(weight->at(1, 2), 1.25F);
        QCOMPARE(static_cast<const void*>(weight->data()),
                 static_cast<const void*>(file->tensors.at("weight").bytes.data()));
        const auto half = io::matrixFrom(*file, "half");
        QCOMPARE(half->at(0, 0), 1.5F);
        QCOMPARE(half->at(0, 1), -0x1p-24F);
        QCOMPARE(half->at(1, 0), 65504.0F);
        QCOMPARE(half->at(1, 1), 0.333251953125F);
        QCOMPARE(io::matrixFrom(*file, "brain")->at(0, 1), -0.0078125F);
        QCOMPARE(io::matrixFrom(*file, "double")->at(0, 0), 0.1F);
        QCOMPARE(*io::integersFrom(*file, "labels"), (std::vector<std::int64_t>{3, -1, 2}));
        QCOMPARE(*io::integersFrom(*file, "bytes"), (std::vector<std::int64_t>{0, 255}));
        QCOMPARE(*io::integersFrom(*file, "flags"), (std::vector<std::int64_t>{1, 0, 1}));
        QCOMPARE(file->tensors.at("scale").shape.size(), 0U);
        QCOMPARE(file->tensors.at("scale").elementCount(), 1);
        QCOMPARE(io::matrixFrom(*file, "nothing")->cols(), 5U);
    }

    void valuesOfTheWrongKindAreErrors() {
        const auto file = io::openSafetensors(kPythonFile);
        QVERIFY(!io::matrixFrom(*file, "absent"));
        QCOMPARE(io::matrixFrom(*file, "absent").error().code, ErrorCode::NotFound);
        QVERIFY(!io::matrixFrom(*file, "labels"));
        QVERIFY(!io::integersFrom(*file, "weight"));
        QVERIFY(!io::matrixFrom(*file, "scale"));
    }

    void everyPrefixIsAnError() {
        const auto whole = readTextFile(kPythonFile);
        for (std::size_t length = 0; length < whole->size(); ++length) {
            const auto file = openBytes(whole->substr(0, length));
            QVERIFY2(!file, std::to_string(length).c_str());
            QCOMPARE(file.error().code, ErrorCode::BadFile);
            QVERIFY(file.error().message.find("hand.safetensors: ") != std::string::npos);
        }
        QVERIFY(!openBytes(*whole + "x"));
        QVERIFY(openBytes(*whole));
    }

    void malformedFilesAreErrors_data() {
        QTest::addColumn<std::string>("bytes");
        QTest::addColumn<std::string>("reason");
        const auto row = [](const char* tag, const std::string& bytes, const std::string& reason) {
            QTest::newRow(tag) << bytes << reason;
        };
        const std::string a = entry("a", "F32", "2", "0,8"), b = entry("b", "F32", "1", "8,12");
        row("overlap", fileOf("{" + a + "," + entry("b", "F32", "2", "4,12") + "}", 12), "overlap");
        row("gap", fileOf("{" + a + "," + entry("b", "F32", "1", "12,16") + "}", 16), "gap");
        row("gap at the start", fileOf("{" + entry("a", "U8", "1", "1,2") + "}", 2), "gap");
        row("backwards", fileOf("{" + entry("a", "U8", "1", "2,0") + "}", 2), "end before");
        row("rest", fileOf("{" + a + "}", 9), "follow");
        row("past the end", fileOf("{" + entry("a", "U8", "9", "0,9") + "}", 8), "past the end");
        row("size product", fileOf("{" + entry("a", "F32", "3", "0,8") + "}", 8), "need 12 bytes");
        row("shape overflow", fileOf("{" + entry("a", "U8", "4294967296,4294967296", "0,8") + "}", 8), "overflow");
        row("bytes overflow", fileOf("{" + entry("a", "F64", "4611686018427387904", "0,0") + "}", 0), "overflow");
        row("shape too large", fileOf("{" + entry("a", "U8", "18446744073709551615,0", "0,0") + "}", 0), "too large");
        row("negative shape", fileOf("{" + entry("a", "U8", "-1", "0,1") + "}", 1), "negative");
        row("float offset", fileOf("{" + entry("a", "U8", "1", "0,1.5") + "}", 1), "'a'");
        row("huge offset", fileOf("{" + entry("a", "U8", "1", "0,99999999999999999999") + "}", 1), "'a'");
        row("three offsets", fileOf("{" + entry("a", "U8", "1", "0,1,1") + "}", 1), "more than two");
        row("one offset", fileOf("{" + entry("a", "U8", "1", "0") + "}", 1), "two numbers");
        row("duplicate tensor", fileOf("{" + a + "," + entry("a", "F32", "1", "8,12") + "}", 12), "twice");
        row("duplicate field",
            fileOf("{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1]}}", 1), "twice");
        row("duplicate metadata", fileOf("{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}}", 0), "twice");
        row("metadata number", fileOf("{\"__metadata__\":{\"k\":1}}", 0), "__metadata__");
        row("no dtype", fileOf("{\"a\":{\"shape\":[],\"data_offsets\":[0,1]}}", 1), "no 'dtype'");
        row("no shape", fileOf("{\"a\":{\"dtype\":\"U8\",\"data_offsets\":[0,1]}}", 1), "no 'shape'");
        row("no offsets", fileOf("{\"a\":{\"dtype\":\"U8\",\"shape\":[]}}", 0), "no 'data_offsets'");
        row("unknown dtype", fileOf("{" + entry("a", "Q9", "1", "0,1") + "}", 1), "unknown dtype");
        row("tensor no object", fileOf("{\"a\":3}", 0), "'a'");
        row("not JSON", fileOf("{" + a, 8), "not valid JSON");
        row("text after JSON", fileOf("{" + a + "}x", 8), "not valid JSON");
        row("not UTF-8", fileOf("{" + entry("a\xff", "F32", "2", "0,8") + "}", 8), "not valid JSON");
        row("space first", fileOf(" {" + a + "}", 8), "begin with '{'");
        row("list", fileOf("[" + a + "]", 8), "begin with '{'");
        row("empty header", fileOf("", 0), "begin with '{'");
        row("empty file", "", "too short");
        row("seven bytes", "1234567", "too short");
        row("huge header", std::string("\x01\xe1\xf5\x05\0\0\0\0{}", 10), "too large");
        row("hostile length", std::string(8, '\xff') + "{}", "too large");
        row("length past the end", std::string("\x40\0\0\0\0\0\0\0{}", 10), "past the end");
        row("deep", fileOf("{\"a\":{\"x\":" + std::string(100000, '['), 0), "not valid JSON");
    }
    void malformedFilesAreErrors() {
        QFETCH(std::string, bytes);
        QFETCH(std::string, reason);
        const auto file = openBytes(bytes);
        QVERIFY(!file);
        QCOMPARE(file.error().code, ErrorCode::BadFile);
        QVERIFY2(file.error().message.find(reason) != std::string::npos, file.error().message.c_str());
        QVERIFY(file.error().message.find('\n') == std::string::npos);
    }

    void unsupportedDTypeNamesTheTensor() {
        const auto file = openBytes(fileOf("{" + entry("odd", "F8_E8M0", "2", "0,2") + "}", 2));
        QVERIFY(!file);
        QCOMPARE(file.error().code, ErrorCode::Unsupported);
        QVERIFY(file.error().message.find("tensor 'odd': dtype F8_E8M0") != std::string::npos);
    }

    void legalOdditiesAreRead() {
        const auto empty = openBytes(fileOf("{}   ", 0));
        QVERIFY(empty);
        QVERIFY(empty->tensors.empty());
        const auto odd =
            openBytes(fileOf("{" + entry("b", "F32", "1,1", "1,5") + "," + entry("a", "U8", "", "0,1") +
                                 ",\"z\":{\"more\":{\"x\":[1,{\"y\":null}]},\"dtype\":\"F16\",\"shape\":[0,9],"
                                 "\"data_offsets\":[5,5]}}",
                             5));
        QVERIFY2(odd, odd ? "" : odd.error().message.c_str());
        QCOMPARE(odd->tensors.at("a").elementCount(), 1);
        QCOMPARE(odd->tensors.at("z").elementCount(), 0);
    }

    void unalignedDataIsCopied() {
        std::string header = "{" + entry("b", "F32", "1,1", "1,5") + "," + entry("a", "U8", "", "0,1") + "}";
        header.resize((header.size() + 7) / 8 * 8, ' ');
        std::string bytes = fileOf(header, 5);
        const float value = 0.1F;
        std::memcpy(bytes.data() + bytes.size() - 4, &value, 4);
        const auto file = openBytes(bytes);
        QVERIFY(file);
        const auto matrix = io::matrixFrom(*file, "b");
        QVERIFY(matrix);
        QCOMPARE(matrix->at(0, 0), value);
        QVERIFY(reinterpret_cast<std::uintptr_t>(matrix->data()) % alignof(float) == 0);
    }

    void roundTripKeepsBitsAndAlignment() {
        const Matrix matrix = Matrix::own(2, 2, {0.1F, -0.0F, 3e-45F, 1e38F});
        const std::vector<std::int64_t> labels{1, -5, 1LL << 40};
        const std::vector<float> bias{1, 2, 3};
        const std::byte flag{7};
        const std::vector<io::TensorToWrite> tensors{io::tensorOf("m", matrix),
                                                     io::tensorOf("labels", labels),
                                                     io::tensorOf("bias", bias),
                                                     {"flag", DType::U8, {}, std::span(&flag, 1)}};
        const fs::path path = place("round.safetensors");
        QVERIFY(io::writeSafetensors(path, tensors, {{"by", "test"}}));
        const auto file = io::openSafetensors(path);
        QVERIFY2(file, file ? "" : file.error().message.c_str());
        QCOMPARE(file->metadata.at("by"), std::string("test"));
        const auto read = io::matrixFrom(*file, "m");
        for (std::size_t i = 0; i < 4; ++i)
            QCOMPARE(std::bit_cast<std::uint32_t>(read->values()[i]), std::bit_cast<std::uint32_t>(matrix.values()[i]));
        QCOMPARE(*io::integersFrom(*file, "labels"), labels);
        for (const auto& [name, tensor] : file->tensors)
            QCOMPARE(reinterpret_cast<std::uintptr_t>(tensor.bytes.data()) % io::dtypeBytes(tensor.dtype), 0U);
    }

    void badTensorsAreNotWritten() {
        const fs::path path = place("bad.safetensors");
        const std::vector<float> values{1, 2};
        const auto bytes = std::as_bytes(std::span(values));
        const auto refused = [&](const std::vector<io::TensorToWrite>& tensors) {
            const auto status = io::writeSafetensors(path, tensors);
            return !status && status.error().message.find("bad.safetensors") != std::string::npos && !fs::exists(path);
        };
        QVERIFY(refused({{"a", DType::F32, {3}, bytes}}));
        QVERIFY(refused({{"a", DType::F32, {-2}, bytes}}));
        QVERIFY(refused({{"a", DType::F32, {2}, bytes}, {"a", DType::F32, {2}, bytes}}));
        QVERIFY(refused({{"__metadata__", DType::F32, {2}, bytes}}));
        QVERIFY(refused({{"\xff", DType::F32, {2}, bytes}}));
    }

    void aMatrixOutlivesItsFile() {
        Matrix matrix;
        {
            const auto file = io::openSafetensors(kPythonFile);
            matrix = *io::matrixFrom(*file, "weight");
        }
        QCOMPARE(matrix.at(1, 2), 1.25F);
    }

    void missingFileAndFolder() {
        QCOMPARE(io::openSafetensors(place("none")).error().code, ErrorCode::NotFound);
        QCOMPARE(io::openSafetensors(m_folder.path().toStdString()).error().code, ErrorCode::BadFile);
    }

    void shardsAreJoined() {
        const std::vector<float> one{1}, two{2, 3};
        QVERIFY(io::writeSafetensors(place("s1.safetensors"), std::vector{io::tensorOf("a", one)}));
        QVERIFY(io::writeSafetensors(place("s2.safetensors"), std::vector{io::tensorOf("b", two)}));
        const auto open = [&](const std::string& json) {
            const fs::path index = place("model.safetensors.index.json");
            (void)writeFileAtomically(index, json);
            return io::openTensorFile(index);
        };
        const auto file = open(R"({"weight_map": {"a": "s1.safetensors", "b": "s2.safetensors"}})");
        QVERIFY2(file, file ? "" : file.error().message.c_str());
        QCOMPARE(file->tensors.at("b").elementCount(), 2);
        QVERIFY(!open(R"({"weight_map": {"a": "../s1.safetensors"}})"));
        QVERIFY(!open(R"({"weight_map": {"a": "/etc/passwd"}})"));
        QVERIFY(!open(R"({"weight_map": {"b": "s1.safetensors"}})"));
        QVERIFY(!open(R"({"weight_map": {"a": 1}})"));
        QVERIFY(!open(R"({})"));
    }
};

QTEST_APPLESS_MAIN(TestSafetensors)
#include "tst_safetensors.moc"
