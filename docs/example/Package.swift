// swift-tools-version: 6.0
import PackageDescription

let package = Package(
  name: "example",
  platforms: [.macOS(.v14)],
  dependencies: [
    .package(url: "https://example.org/unrolled.git", from: "0.1.0")
  ],
  targets: [
    .executableTarget(
      name: "example",
      dependencies: [
        .product(name: "Autodiff", package: "unrolled"),
        .product(name: "Recurrent", package: "unrolled"),
        .product(name: "Reference", package: "unrolled"),
      ])
  ])
