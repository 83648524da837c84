import Foundation
public enum Elementary {
  public static func exp(_ x: Double) -> Double { Foundation.exp(x) }
  public static func log(_ x: Double) -> Double { Foundation.log(x) }
  public static func tanh(_ x: Double) -> Double { Foundation.tanh(x) }
  public static func sigmoid(_ x: Double) -> Double { 1 / (1 + Foundation.exp(-x)) }
  static func run(_ s: UnsafeBufferPointer<Double>, _ d: UnsafeMutableBufferPointer<Double>, _ f: (Double) -> Double) {
    for i in 0..<s.count { d[i] = f(s[i]) }
  }
  public static func exp(_ s: UnsafeBufferPointer<Double>, into d: UnsafeMutableBufferPointer<Double>) {
    run(s, d, exp)
  }
  public static func log(_ s: UnsafeBufferPointer<Double>, into d: UnsafeMutableBufferPointer<Double>) {
    run(s, d, log)
  }
  public static func tanh(_ s: UnsafeBufferPointer<Double>, into d: UnsafeMutableBufferPointer<Double>) {
    run(s, d, tanh)
  }
  public static func sigmoid(_ s: UnsafeBufferPointer<Double>, into d: UnsafeMutableBufferPointer<Double>) {
    run(s, d, sigmoid)
  }
}
