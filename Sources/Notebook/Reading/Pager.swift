// Leafs through parts of a text: keys in, screens out. It knows neither a terminal nor a chapter.

struct Pager {
  private enum Mode: Equatable {
    case reading
    case help
    /// What has been typed after the /.
    case searching(String)
  }

  /// The parts' titles, in order.
  private let titles: [String]
  private let language: Language
  /// How many lines the notes have.
  private let sourceCount: Int
  /// The rows of a part at a width. A part may take its time: it is asked for when the reader arrives.
  private let load: (Int, Int) throws -> [ReadingRow]
  private var columns: Int
  private var height: Int
  /// What has been loaded, at the present width.
  private var loaded: [Int: [ReadingRow]] = [:]

  private(set) var part = 0
  /// The first visible row of the part.
  private(set) var top = 0
  private var mode = Mode.reading
  private var query = ""
  /// The row that the last search found, as long as its page is shown.
  private var hit: Int?
  private var message: Text?

  /// - Parameters:
  ///   - size: the window's; its last row is the bar.
  ///   - load: the rows of a part, by its place and the width.
  init(
    titles: [String], sourceCount: Int, language: Language, size: (columns: Int, rows: Int),
    load: @escaping (Int, Int) throws -> [ReadingRow]
  ) throws {
    (self.titles, self.sourceCount, self.language, self.load) = (titles, sourceCount, language, load)
    (columns, height) = Pager.usable(size)
    try arrive()
  }

  private static func usable(_ size: (columns: Int, rows: Int)) -> (Int, Int) {
    (max(20, size.columns), max(1, size.rows - 1))
  }

  // MARK: Keys

  /// What the letters mean, also where they are typed with the Korean layout.
  private static let korean: [Character: Character] = ["ㅂ": "q", "ㅠ": "b", "ㅜ": "n", "ㅗ": "h"]

  /// Does what a key asks for. Returns `false` at the end.
  mutating func press(_ key: Key) throws -> Bool {
    if key == .end { return false }
    message = nil
    switch mode {
    case .help: if key != .redraw { mode = .reading }
    case .searching(let typed): try type(key, after: typed)
    case .reading:
      switch key {
      case .enter, .right, .down, .pageDown, .character(" "): try forward()
      case .left, .up, .pageUp, .backspace: try back()
      case .character(let letter):
        switch Pager.korean[letter] ?? letter {
        case "q": return false
        case "b": try back()
        case "]": try go(to: part + 1)
        case "[": try go(to: top > 0 ? part : part - 1)
        case "/": mode = .searching("")
        case "n": try find(from: hit.map { $0 + 1 } ?? top)
        case "?", "h": mode = .help
        default: break
        }
      case .escape, .redraw, .end: break
      }
    }
    return true
  }

  private mutating func type(_ key: Key, after typed: String) throws {
    switch key {
    case .character(let letter): mode = .searching(typed + String(letter))
    case .backspace: mode = typed.isEmpty ? .reading : .searching(String(typed.dropLast()))
    case .escape: mode = .reading
    case .enter:
      mode = .reading
      if !typed.isEmpty { query = typed }
      try find(from: top)
    default: break
    }
  }

  /// Lays everything out for a window of another size. The text at the top stays on the screen.
  mutating func resize(to size: (columns: Int, rows: Int)) throws {
    let source = try rows(of: part)[top].source
    if Pager.usable(size).0 != columns { loaded = [:] }
    (columns, height) = Pager.usable(size)
    hit = nil
    show(row: try rows(of: part).firstIndex { $0.source >= source } ?? 0)
  }

  // MARK: Pages

  private mutating func rows(of part: Int) throws -> [ReadingRow] {
    if let rows = loaded[part] { return rows }
    var rows = try load(part, columns)
    if rows.isEmpty { rows = [ReadingRow(line: Line(""), source: 0)] }
    loaded[part] = rows
    return rows
  }

  private mutating func arrive() throws { _ = try rows(of: part) }

  /// Turns to the page that has this row.
  private mutating func show(row: Int) { top = row / height * height }

  private mutating func go(to part: Int) throws {
    guard titles.indices.contains(part) else { return }
    (self.part, top, hit) = (part, 0, nil)
    try arrive()
  }

  private mutating func forward() throws {
    if top + height < (try rows(of: part).count) {
      (top, hit) = (top + height, nil)
    } else if part + 1 < titles.count {
      try go(to: part + 1)
    } else {
      message = Text("the end; q leaves", ko: "끝이다. q를 누르면 나간다")
    }
  }

  private mutating func back() throws {
    if top > 0 {
      (top, hit) = (max(0, top - height), nil)
    } else if part > 0 {
      try go(to: part - 1)
      show(row: try rows(of: part).count - 1)
    }
  }

  // MARK: Search

  /// Goes to the next row with the query, from a row of this part on to the end, and then from the beginning.
  private mutating func find(from row: Int) throws {
    guard !query.isEmpty else { return message = Text("/ searches", ko: "/로 찾는다") }
    for step in 0...titles.count {
      let candidate = (part + step) % titles.count
      let places = Pager.hits(of: query, in: try rows(of: candidate))
      if let place = places.first(where: { step > 0 || $0 >= row }) {
        part = candidate
        hit = place
        return show(row: place)
      }
    }
    message = Text("not found: \(query)", ko: "찾지 못했다: \(query)")
  }

  /// The rows in which the text begins. A text that is broken over lines of one block is found too.
  static func hits(of query: String, in rows: [ReadingRow]) -> [Int] {
    var found: [Int] = []
    let wanted = Array(query.lowercased())
    var start = 0
    while start < rows.count {
      var end = start
      var (text, places): ([Character], [Int]) = ([], [])
      while end < rows.count, rows[end].source == rows[start].source {
        let words = rows[end].line.kind == .figure ? "" : rows[end].line.plain.drop { " │┃".contains($0) }
        let letters = Array(words.lowercased()) + [" "]
        text += letters
        places += Array(repeating: end, count: letters.count)
        end += 1
      }
      for index in text.indices where text[index...].starts(with: wanted) && found.last != places[index] {
        found.append(places[index])
      }
      start = end
    }
    return found
  }

  // MARK: The screen

  /// The screen's lines, the bar last: as many as the window has rows, none wider.
  mutating func screen() throws -> [Line] {
    let rows = try rows(of: part)
    var lines =
      mode == .help
      ? helpLines.map { Line(truncated($0, to: columns)) } : rows[top..<min(top + height, rows.count)].map(\.line)
    if mode != .help, let hit, (top..<(top + height)).contains(hit) { lines[hit - top] = marked(lines[hit - top]) }
    lines = Array(lines.prefix(height))
    lines += Array(repeating: Line(""), count: height - lines.count)
    return lines + [bar(rows)]
  }

  /// The line with the query in exchanged colours.
  private func marked(_ line: Line) -> Line {
    let (text, wanted) = (Array(line.spans.map(\.text).joined()), Array(query.lowercased()))
    let folded = text.map { Character($0.lowercased().first.map(String.init) ?? " ") }
    guard let start = folded.indices.first(where: { folded[$0...].starts(with: wanted) }) else { return line }
    let place = start..<(start + wanted.count)
    let cells = line.spans.flatMap { text, style in text.map { (character: $0, style: style) } }
    return Line.joined(
      cells.enumerated().map { ($1.character, place.contains($0) ? .reversed : $1.style) })
  }

  private func bar(_ rows: [ReadingRow]) -> Line {
    if case .searching(let typed) = mode { return Line(truncated("/\(typed)▏", to: columns)) }
    let (page, count) = (top / height + 1, (rows.count + height - 1) / height)
    let isEnd = part == titles.count - 1 && page == count
    let last = rows[min(top + height, rows.count) - 1].source
    let per = isEnd ? 100 : 100 * (last + 1) / max(1, sourceCount)
    let place = Text("page \(page) of \(count) · \(per) % · ? help", ko: "\(page)/\(count)쪽 · \(per) % · ? 도움말")
    let right = " " + place(language) + " "
    let room = columns - displayWidth(right)
    let left = truncated(" " + (message?(language) ?? titles[part]), to: max(0, room))
    return Line(truncated(padded(left, to: room) + right, to: columns), style: .reversed)
  }

  private var helpLines: [String] {
    Text(
      """

        Enter  Space  →    the next page; a section runs when you arrive at it
        b  ←               the page before
        ]  [               the next section, the one before
        /                  searches; n goes to the next place
        ?                  this help
        q                  leaves
      """,
      ko: """

          Enter  Space  →    다음 쪽. 절은 그 절에 이르렀을 때 실행된다
          b  ←               앞쪽
          ]  [               다음 절, 앞 절
          /                  찾기. n을 누르면 다음 자리로 간다
          ?                  이 도움말
          q                  나가기
        """)(language).lines
  }
}
