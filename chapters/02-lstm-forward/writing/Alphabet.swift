// The characters that the network reads and writes, and their numbers.

import Foundation

/// The alphabet: every character of the grammar's texts, and a sign for the end, which also stands before the first one.
enum Alphabet {
  static let characters: [Character] = Array(
    " '-acdefghiklmnopqrstuvwxy일이삼사오육칠팔구십백천한두세네다섯여곱덟아홉열시분반전후새벽낮밤")
  /// The alphabet without the space, for messages.
  static var shown: String { String(characters.dropFirst()) }
  /// The number of the boundary: it begins and ends every text.
  static let boundary = characters.count
  /// How many symbols there are, the boundary included.
  static let count = characters.count + 1

  private static let numbers = Dictionary(uniqueKeysWithValues: characters.enumerated().map { ($1, $0) })

  /// A text as it is read: Hangul composed, small letters.
  static func normalised(_ text: String) -> String { text.precomposedStringWithCanonicalMapping.lowercased() }

  /// The numbers of a text's characters. Traps on a character that is not in the alphabet.
  static func numbers(_ text: String) -> [Int] { text.map { numbers[$0]! } }
  /// The characters of a text that are not in the alphabet, each once, in order.
  static func unknown(in text: String) -> [Character] {
    var unknown: [Character] = []
    for character in text where numbers[character] == nil && !unknown.contains(character) { unknown.append(character) }
    return unknown
  }
  static func text(_ numbers: [Int]) -> String { String(numbers.map { characters[$0] }) }
}
