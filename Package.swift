// swift-tools-version: 6.0
import Foundation
import PackageDescription

/// The chapters: their executables are named by topic, their folders by number.
let chapters = [
  (number: "00", name: "sequence-models"),
  (number: "01", name: "vanishing-gradient"),
  (number: "02", name: "lstm-forward"),
  (number: "03", name: "lstm-backprop"),
  (number: "04", name: "gru"),
  (number: "05", name: "birnn"),
  (number: "06", name: "seq2seq-attention"),
  (number: "07", name: "deep-rnn"),
]

// MARK: - Build settings

// A reader types `swift run gru`, a debug build, where plain loops are some fifty times slower: the modules that compute
// are therefore optimised in debug too. What writes, reads and prints is not, and builds in half the time; nor is a
// chapter, whose numbers come from those modules and whose readers change a line and run it again. SwiftPM refuses such
// flags in a package that somebody depends on by version, so a checkout made by SwiftPM goes without them.
let isDependency = Context.packageDirectory.split(separator: "/").contains("checkouts")

/// The vector instructions of this machine's processor: none beyond the baseline, AVX2 with FMA, or AVX-512 as well. On
/// arm64 NEON and fused multiply-add are always there. The results are the same bits with any of them.
let vectors: (march: String, define: String)? = {
  #if os(Linux) && arch(x86_64)
    guard let info = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) else { return nil }
    let flags = Set(info.split(whereSeparator: \.isWhitespace))
    guard flags.isSuperset(of: ["avx2", "fma"]) else { return nil }
    let has512 = flags.isSuperset(of: ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"])
    return has512 ? ("x86-64-v4", "NEEDS_AVX512") : ("x86-64-v3", "NEEDS_AVX2")
  #elseif os(macOS) && arch(x86_64)
    return ("x86-64-v3", "NEEDS_AVX2")  // every Mac that runs Swift 6's macOS has them
  #else
    return nil
  #endif
}()

let optimised: [SwiftSetting] = isDependency ? [] : [.unsafeFlags(["-O"], .when(configuration: .debug))]
let used = isDependency ? nil : vectors
let vectorised: [SwiftSetting] = used.map { [.unsafeFlags(["-Xcc", "-march=\($0.march)"])] } ?? []
/// For the module that says so, before anything else runs, on a processor that lacks them.
let guarded: [SwiftSetting] = used.map { [.define($0.define)] } ?? []
/// For the products: registers of 8 numbers make room for tiles twice as high.
let wide: [SwiftSetting] = used?.define == "NEEDS_AVX512" ? [.define("WIDE")] : []

/// A dependency on x86-64 is built without knowing the processor, and a fused multiply-add would be a call for each number:
/// there a little C asks the processor when it runs.
let callsC: Bool = {
  #if arch(x86_64)
    return isDependency
  #else
    return false
  #endif
}()

// MARK: - Targets

let modules: [Target] = [
  .target(name: "MultiplyAdd"),
  // Without FMA instructions a fused multiply-add is a call into the C library.
  .target(
    name: "Matrices", dependencies: callsC ? ["MultiplyAdd"] : [],
    swiftSettings: optimised + vectorised + wide + (callsC ? [.define("CALLS_C")] : []),
    linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
  .target(name: "Autodiff", dependencies: ["Matrices"], swiftSettings: optimised + vectorised),
  .target(name: "Recurrent", dependencies: ["Autodiff"], swiftSettings: optimised + vectorised),
  .target(
    name: "Experiments", dependencies: ["Autodiff", "Figures", "Recurrent", "Reference"], swiftSettings: optimised),
  .target(name: "LaTeX", dependencies: ["Autodiff"]),
  .target(name: "Reference"),
  .target(name: "Console", swiftSettings: guarded),
  .target(name: "Figures", dependencies: ["Autodiff", "Console", "LaTeX"]),
  .target(name: "Exercises", dependencies: ["Autodiff", "Console", "LaTeX"]),
  .target(name: "Notebook", dependencies: ["Autodiff", "Console", "Exercises", "Figures", "LaTeX", "Reference"]),
  .executableTarget(
    name: "crosscheck", dependencies: ["Recurrent", "Reference", "Notebook"]),
  .executableTarget(
    name: "benchmark", dependencies: ["Autodiff", "Recurrent", "Notebook"], swiftSettings: optimised),
  // Recurrent is there for grading, which compiles submissions against the built modules.
  .executableTarget(name: "book", dependencies: ["LaTeX", "Notebook", "Recurrent"]),
]

/// What stands in a chapter's folder beside its sources.
func excluded(_ number: String, _ name: String) -> [String] {
  func exists(_ file: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(Context.packageDirectory)/chapters/\(number)-\(name)/\(file)")
  }
  let holes = ["exercises/Exercises.holes"].filter { exists($0) }
  let weights = ["02", "06"].contains(number) ? ["weights.safetensors"] : []
  return ["notes.en.md", "notes.ko.md", "figures"] + weights + holes
}

/// The chapters that count with many loops of their own.
let counting: Set = ["00"]

let chapterTargets: [Target] = chapters.map { number, name in
  .executableTarget(
    name: name, dependencies: ["Autodiff", "Experiments", "LaTeX", "Notebook", "Recurrent", "Reference"],
    path: "chapters/\(number)-\(name)", exclude: excluded(number, name),
    swiftSettings: counting.contains(number) ? optimised : [])
}

let tests: [Target] = [
  .testTarget(name: "MatricesTests", dependencies: ["Matrices", "Autodiff"]),
  .testTarget(name: "AutodiffTests", dependencies: ["Autodiff"]),
  .testTarget(name: "RecurrentTests", dependencies: ["Recurrent", "Reference"]),
  .testTarget(name: "ExperimentsTests", dependencies: ["Experiments", "Autodiff", "Recurrent", "Reference"]),
  .testTarget(name: "CrosscheckTests", dependencies: ["crosscheck", "Autodiff", "Recurrent", "Reference", "Notebook"]),
  .testTarget(name: "BenchmarkTests", dependencies: ["benchmark", "Autodiff", "Recurrent", "Notebook"]),
  .testTarget(name: "BookTests", dependencies: ["book", "Autodiff", "LaTeX", "Notebook"]),
  .testTarget(name: "LaTeXTests", dependencies: ["LaTeX"]),
  .testTarget(name: "ReferenceTests", dependencies: ["Reference"]),
  .testTarget(name: "ConsoleTests", dependencies: ["Console"]),
  .testTarget(name: "FiguresTests", dependencies: ["Autodiff", "Console", "Figures"]),
  .testTarget(name: "ExercisesTests", dependencies: ["Autodiff", "Console", "Exercises"]),
  .testTarget(name: "NotebookTests", dependencies: ["Notebook"]),
  .testTarget(name: "PackageTests", dependencies: ["Autodiff", "Recurrent", "Reference"]),
  .testTarget(
    name: "ChapterTests",
    dependencies: ["Experiments", "Figures", "Notebook"] + chapters.map { .init(stringLiteral: $0.name) }),
]

let package = Package(
  name: "Unrolled",
  platforms: [.macOS(.v14)],
  products: [
    .library(name: "Autodiff", targets: ["Autodiff"]),
    .library(name: "Recurrent", targets: ["Recurrent"]),
    .library(name: "Reference", targets: ["Reference"]),
  ],
  targets: modules + chapterTargets + tests
)
