// The names of the operations' rules in both languages.

import Autodiff
import Console

extension Autodiff.Operation {
  /// What the steps of a derivation call the rule of this operation.
  package func ruleName(_ language: Language) -> String {
    guard language == .korean else { return title }
    return switch self {
    case .matrixProduct: "행렬 곱"
    case .transpose: "전치"
    case .sum: "더하기"
    case .bias: "편향 더하기"
    case .difference: "차"
    case .negation: "부호 바꿈"
    case .elementwiseProduct: "원소별 곱"
    case .elementwiseQuotient: "원소별 나눗셈"
    case .scaling: "상수배"
    case .offset, .complement: "상수와의 합"
    case .squareRoot: "제곱근"
    case .sumOfColumns: "열의 합"
    case .sumOfRows: "행의 합"
    case .total: "전체 합"
    case .mean: "평균"
    case .maximumOfRows: "최댓값"
    case .stackRows: "행 쌓기"
    case .sliceRows: "행 자르기"
    case .gatherColumns: "열 모으기"
    case .masked: "마스크"
    case .crossEntropy: "교차 엔트로피"
    case .softmax: "소프트맥스"
    default: title
    }
  }
}
