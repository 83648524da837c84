// The modules of the package: what each imports, read from Package.swift, and the diagram of docs/architecture.

import Notebook

/// The modules and programs of a package and the modules that each imports. The chapters count as one, `chapters`.
struct ModuleGraph {
  /// The names of a module's direct dependencies, in the order of the manifest.
  let imports: [String: [String]]

  /// Reads the targets from the text of a Package.swift, except its test targets. A target whose name is not a literal
  /// is a chapter. A dependency that the manifest makes conditional counts. Throws `BadInput` if there is no target.
  init(manifest: String) throws {
    let target = /\.(?:executableTarget|target)\(\s*name: (?:"(\w+)"|[^",)]+)(?:,\s*dependencies: ([^\]]*)\])?/
    var imports: [String: [String]] = [:]
    for match in manifest.matches(of: target) {
      let name = match.output.1.map(String.init) ?? "chapters"
      imports[name] = (match.output.2 ?? "").matches(of: /"(\w+)"/).map { String($0.output.1) }
    }
    if imports.isEmpty { throw BadInput("Package.swift: found no target") }
    self.imports = imports
  }

  /// The names, sorted layer by layer from the bottom: a layer is one above the highest of the modules that it imports.
  var layers: [[String]] {
    var height = imports.mapValues { _ in 0 }
    // The longest path has fewer steps than there are modules.
    for _ in imports {
      for (name, below) in imports { height[name] = below.compactMap { height[$0] }.max().map { $0 + 1 } ?? 0 }
    }
    return (0...(height.values.max() ?? 0)).map { layer in height.keys.filter { height[$0] == layer }.sorted() }
      .filter { !$0.isEmpty }
  }

  /// These modules and everything below them, sorted.
  func closure(of names: [String]) -> [String] {
    var found: Set<String> = []
    var rest = names
    while let name = rest.popLast() {
      if found.insert(name).inserted { rest += imports[name] ?? [] }
    }
    return found.sorted()
  }

  /// A box for each layer, the highest first, and a line for each module with what it imports.
  var diagram: [String] {
    let layers = self.layers
    let order = layers.reversed().flatMap { $0 }
    let width = order.map(\.count).max() ?? 0
    let boxes = layers.reversed().map { names in
      names.map { name in
        let below = order.filter(imports[name, default: []].contains).joined(separator: ", ")
        return name.padded(to: width) + (below.isEmpty ? "" : "  → " + below)
      }
    }
    let inner = boxes.joined().map(\.count).max() ?? 0
    func rule(_ left: String, _ right: String) -> String { left + String(repeating: "─", count: inner + 2) + right }
    let bodies = boxes.map { $0.map { "│ \($0.padded(to: inner)) │" } }
    return [rule("┌", "┐")] + bodies.joined(separator: [rule("├", "┤")]) + [rule("└", "┘")]
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}

extension Checkout {
  func moduleGraph() throws -> ModuleGraph { try ModuleGraph(manifest: readText("\(root)/Package.swift")) }

  /// Modules that docs/architecture does not describe.
  func moduleFindings() throws -> [Finding] {
    let names = try moduleGraph().layers.joined()
    return try Language.allCases.flatMap { language -> [Finding] in
      guard let page = try page(WovenPage.architecture.path(language)) else { return [] }
      let prose = page.lines.indices.filter { page.isProse[$0] }.map { page.lines[$0] }
      return names.filter { name in !prose.contains { $0.contains("`\(name)`") } }
        .map { Finding(path: page.path, line: 1, message: "describe the module `\($0)`, which Package.swift has") }
    }
  }
}

extension WovenPage {
  static let architecture = WovenPage(name: "docs/architecture") { checkout, _, _ in
    ["```text"] + (try checkout.moduleGraph().diagram) + ["```"]
  }
}
