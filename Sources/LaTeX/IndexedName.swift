// Names with an index: h_# and 12 make h_{12}.

extension Scope {
  /// A name with an index in place of its `#`, braced if it has more than one digit: `h_#` and 12 give `h_{12}`.
  public static func indexed(_ name: String, _ index: Int) -> String {
    let text = "\(index)"
    return name.split(separator: "#", omittingEmptySubsequences: false)
      .joined(separator: text.count > 1 ? "{\(text)}" : text)
  }
}
